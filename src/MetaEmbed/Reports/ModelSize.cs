using MetaEmbed.Experiments;
using MetaEmbed.Experiments.Ablations;
using MetaEmbed.Explanations;
using MetaEmbed.Models;

namespace MetaEmbed.Reports;

/// <summary>What a model weighs, in bytes of 32-bit numbers.</summary>
/// <param name="Codebooks">Coarse and fine meta-embeddings; 0 without.</param>
/// <param name="Parameters">Everything trained: codebooks with assignments and biases, or the table.</param>
/// <param name="Table">A row for every user and item, to compare with.</param>
/// <param name="Graph">The training interactions, over which rows are propagated: an item of 4 bytes each.</param>
/// <param name="Checkpoint">The checkpoint file of the last stage.</param>
public sealed record ModelSize(long Codebooks, long Parameters, long Table, long Graph, long Checkpoint)
{
    internal static ModelSize Of(OpenedModel model)
    {
        var options = model.Run.Options;
        var (users, items) = (model.Dataset.UserCount, model.Dataset.ItemCount);
        var table = sizeof(float) * ((long)users + items) * options.Dimension;
        var fine = model.Fine is null ? null : model.Run.Fine;
        var weight = options.Model == ModelKind.MetaEmbeddings ? ModelWeight.Of(users, items, options, fine) : null;
        var rows = options.UserRows == UserRowKind.Folded ? items : users + (long)items;
        var store = model.Run.Layout.Stage(fine is null ? TrainingStages.Coarse : TrainingStages.Fine).Checkpoints;
        var checkpoint = Directory.Exists(store)
            ? new DirectoryInfo(store).GetFiles("best-*.safetensors").OrderByDescending(file => file.Name, StringComparer.Ordinal).FirstOrDefault()?.Length ?? 0
            : 0;
        return new ModelSize(
            weight?.CodebookBytes ?? 0,
            weight?.ParameterBytes ?? sizeof(float) * (rows * options.Dimension + items),
            table,
            sizeof(int) * (long)model.Dataset.Train.Count,
            checkpoint);
    }
}
