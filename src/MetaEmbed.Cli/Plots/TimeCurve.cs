using System.Text.Json;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Plots;

/// <summary>An evaluation on the validation set, and how long the run had taken by then.</summary>
/// <param name="Seconds">Since the start of the run, breaks left out.</param>
/// <param name="Ndcg">NDCG at each cut-off.</param>
/// <param name="Recall">Recall at each cut-off.</param>
internal sealed record TimePoint(double Seconds, IReadOnlyDictionary<int, double> Ndcg, IReadOnlyDictionary<int, double> Recall);

/// <summary>What a run reached by when: its validation metrics by wall time, both stages one after the other.</summary>
/// <param name="Name">The run's name.</param>
/// <param name="Points">Evaluations in the order of time.</param>
internal sealed record TimeCurve(string Name, IReadOnlyList<TimePoint> Points)
{
    /// <summary>Reads it off a run's log. A resumed run goes on where its last line stood: the break counts nothing, work done twice counts twice.</summary>
    /// <param name="run">The run.</param>
    /// <exception cref="UserMistakeException">There is no log, or nothing was evaluated.</exception>
    public static TimeCurve OfRun(RunLayout run)
    {
        if (!File.Exists(run.Log))
            throw new UserMistakeException(run.Root, null, "has no log.jsonl, so it is not known how long anything took", "name a run folder that 'metaembed train' made");
        var points = new List<TimePoint>();
        double elapsed = 0;
        DateTime? last = null;
        foreach (var line in RunLog.Read(run.Log))
        {
            var time = line.GetProperty("time").GetDateTime();
            var kind = line.GetProperty("event").GetString();
            if (last is { } before && kind is not ("start" or "resume"))
                elapsed += Math.Max(0, (time - before).TotalSeconds);
            last = time;
            if (kind == "evaluation" && line.GetProperty("split").GetString() == "valid")
                points.Add(new TimePoint(elapsed, Values(line, "ndcg"), Values(line, "recall")));
        }

        return points.Count > 0 ? new TimeCurve(run.Name, points)
            : throw new UserMistakeException(run.Log, null, "tells of no evaluation", "train the run further, or with a smaller --evaluate-every");
    }

    private static Dictionary<int, double> Values(JsonElement line, string metric) => line.GetProperty(metric).EnumerateObject()
        .ToDictionary(pair => int.Parse(pair.Name, System.Globalization.CultureInfo.InvariantCulture), pair => pair.Value.GetDouble());
}
