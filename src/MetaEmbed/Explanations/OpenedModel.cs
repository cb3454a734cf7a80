using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Graphs;
using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Explanations;

/// <summary>The checkpoint of a run that counts, with all its layers: what explanations look into.</summary>
internal sealed class OpenedModel : IDisposable
{
    private readonly Workers _workers;
    private readonly FoldedModel? _folded;

    private OpenedModel(StoredRun run, string dataFolder, Dataset dataset, Workers workers)
    {
        (Run, DataFolder, Dataset, _workers) = (run, dataFolder, dataset, workers);
        Names = EntityNames.Open(dataFolder, dataset);
        Rows = new Matrix(dataset.UserCount + dataset.ItemCount, run.Options.Dimension);
        var (coarse, fine) = run.LoadCheckpoints();
        using (coarse)
        using (fine)
        {
            if (run.Options.UserRows == UserRowKind.Folded)
            {
                _folded = new FoldedModel(dataset.Train, run.Options.Dimension);
                _folded.Restore(coarse, optimizer: false);
                _folded.FillRows(dataset.Train, Rows, workers);
                ItemBias = _folded.ItemBias.Value.Span[..dataset.ItemCount].ToArray();
                return;
            }

            var graph = Graph.Bipartite(dataset.Train);
            Model = fine is null
                ? StoredModel.Coarse(coarse, run.Options, graph, dataset.UserCount, workers)
                : StoredModel.Fine(coarse, fine, run.Options, run.Fine!, graph, dataset.UserCount, workers);
        }

        Model.Forward();
        Model.Propagation.FinishAll(Rows);
        ItemBias = Model.ItemBias.Value.Span[..dataset.ItemCount].ToArray();
        if (run.Options.Model != ModelKind.MetaEmbeddings)
            return;
        var expanded = Model.Propagation.Graph;
        Coarse = new Assignment(expanded.CoarseCount, expanded.PerEntity, expanded.Picks.Span[..(expanded.Entities * expanded.PerEntity)].ToArray(), expanded.Weights.Span[..(expanded.Entities * expanded.PerEntity)].ToArray());
        Fine = expanded.Fine;
        MetaRows = new Matrix(expanded.MetaCount, run.Options.Dimension);
        Model.Propagation.FinishMeta(MetaRows);
    }

    public StoredRun Run { get; }

    public string DataFolder { get; }

    public Dataset Dataset { get; }

    public EntityNames Names { get; }

    /// <summary>The trained model; null where users are folded in.</summary>
    public IStageModel? Model { get; }

    /// <summary>H, users before items.</summary>
    public Matrix Rows { get; }

    /// <summary>b.</summary>
    public float[] ItemBias { get; }

    /// <summary>S; null in a model without meta-embeddings.</summary>
    public Assignment? Coarse { get; }

    /// <summary>S2; null without a fine stage.</summary>
    public Assignment? Fine { get; }

    /// <summary>H of the meta-embeddings, coarse before fine; null in a model without them.</summary>
    public Matrix? MetaRows { get; }

    /// <summary>F~; null without a fine stage.</summary>
    public Matrix? FineRows => (Model as FineModel)?.Thresholded;

    public int UserCount => Dataset.UserCount;

    /// <summary>Opens a run.</summary>
    /// <exception cref="UserMistakeException">The run or its data cannot be used.</exception>
    public static OpenedModel Open(string runFolder, string? dataFolder, int threads)
    {
        var run = StoredRun.Open(runFolder);
        var workers = new Workers(threads);
        try
        {
            return new OpenedModel(run, dataFolder ?? run.Manifest.DataFolder, run.OpenData(dataFolder), workers);
        }
        catch
        {
            workers.Dispose();
            throw;
        }
    }

    /// <summary>What people call an item.</summary>
    public string ItemName(int item) => Names.TitleOf(item) ?? Names.OfItem(item);

    /// <summary>
    /// The row that item j carries into the row of user u in the last propagation, without the factor that is the same for all items of u:
    /// the sum of its scaled layers, or of a folded model w_j T_j.
    /// </summary>
    public void CarriedRow(int item, Span<float> target)
    {
        if (_folded is null)
        {
            Model!.Propagation.LayerSum(UserCount + item, target);
            return;
        }

        var row = _folded.Row(item);
        for (var column = 0; column < target.Length; column++)
            target[column] = _folded.FoldWeight.Value.Span[item] * row[column];
    }

    /// <summary>The factor of <see cref="CarriedRow"/> for user u: sigma_u / (L + 1), of a folded model |J|^-1/2.</summary>
    public double CarriedFactor(int user) => _folded is null
        ? Model!.Propagation.Graph.Sigma.Span[user] / (Model.Propagation.Layers + 1.0)
        : 1 / Math.Sqrt(Math.Max(Dataset.Train.Of(user).Length, 1));

    public void Dispose()
    {
        Rows.Dispose();
        MetaRows?.Dispose();
        Model?.Dispose();
        _folded?.Dispose();
        _workers.Dispose();
    }
}
