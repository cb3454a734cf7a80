using MetaEmbed.Data;
using MetaEmbed.Graphs;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Experiments;

/// <summary>What the stages of a training share.</summary>
/// <param name="Split">Training, validation and test interactions.</param>
/// <param name="Graph">Users and items of the training set.</param>
/// <param name="Folder">The run folder, held by this process.</param>
/// <param name="Workers">Threads.</param>
/// <param name="Progress">Told where the training stands.</param>
/// <param name="Timings">Seconds by stage and kind of work; added to.</param>
internal sealed record TrainingContext(
    DatasetSplit Split, Graph Graph, RunFolder Folder, Workers Workers, ProgressReporter Progress, Dictionary<string, double> Timings)
{
    /// <summary>The epoch that this session went on from; null until a stage has begun.</summary>
    internal int? FirstEpoch { get; set; }

    /// <summary>U.</summary>
    internal int UserCount => Split.Train.UserCount;

    /// <summary>The checkpoints of a stage.</summary>
    internal CheckpointStore StoreOf(string stage) => new(Folder.Layout.Stage(stage).Checkpoints);

    /// <summary>Adds to a timing.</summary>
    internal void Took(string what, TimeSpan time) => Timings[what] = Timings.GetValueOrDefault(what) + time.TotalSeconds;
}
