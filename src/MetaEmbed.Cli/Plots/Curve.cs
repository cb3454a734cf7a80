using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Plots;

/// <summary>The validation metrics of a run by epoch, and its training loss.</summary>
/// <param name="Name">What to call it in a legend.</param>
/// <param name="Points">Evaluations in order of epochs.</param>
/// <param name="Losses">Mean loss of each epoch.</param>
internal sealed record Curve(string Name, IReadOnlyList<MetricsRow> Points, IReadOnlyList<(int Epoch, double Loss)> Losses)
{
    /// <summary>The cut-offs, ascending.</summary>
    public IReadOnlyList<int> Cutoffs => Points.Count == 0 ? [] : [.. Points[0].Ndcg.Keys.Order()];

    /// <summary>The evaluations at which a new phase begins, the first one left out.</summary>
    public IEnumerable<MetricsRow> PhaseStarts => Points.Skip(1).Where((point, before) => point.Phase != Points[before].Phase);

    /// <summary>The best evaluation of each phase, by NDCG at the first cut-off.</summary>
    public IEnumerable<MetricsRow> Best => Points.GroupBy(point => point.Phase).Select(phase => phase.MaxBy(point => point.Ndcg[Cutoffs[0]])!);

    /// <summary>The last epoch of anything in it.</summary>
    public int LastEpoch => Points.Select(point => point.Epoch).Concat(Losses.Select(loss => loss.Epoch)).DefaultIfEmpty(0).Max();

    /// <summary>The curve of a stage of a run, without points where nothing was evaluated yet.</summary>
    /// <param name="run">Its folder.</param>
    /// <param name="stage">coarse or fine.</param>
    public static Curve OfRun(RunLayout run, string stage)
    {
        var losses = new SortedDictionary<int, double>(); // of an epoch that was trained again, the later line counts
        foreach (var line in File.Exists(run.Log) ? RunLog.Read(run.Log) : [])
        {
            if (line.GetProperty("event").GetString() == "epoch" && line.GetProperty("stage").GetString() == stage && line.GetProperty("loss").TryGetDouble(out var loss))
                losses[line.GetProperty("epoch").GetInt32()] = loss;
        }

        var metrics = run.Stage(stage).Metrics;
        return new Curve(run.Name, File.Exists(metrics) ? MetricsTable.Read(metrics) : [], [.. losses.Select(pair => (pair.Key, pair.Value))]);
    }

    /// <summary>The curve of a table of metrics, a published one for example.</summary>
    /// <param name="path">The file: columns epoch, phase, valid_ndcg@k ..., valid_recall@k ...</param>
    /// <param name="name">What to call it.</param>
    public static Curve OfTable(string path, string name) => new(name, MetricsTable.Read(path), []);
}
