namespace MetaEmbed.Training;

/// <summary>What a step trains on: entities at places; a row's gradient is the sum over its places.</summary>
internal interface ITrainingBatch : IDisposable
{
    /// <summary>Triples or positives that the loss is a mean over.</summary>
    int Count { get; }

    /// <summary>The entity at each place; items are users + item.</summary>
    ReadOnlySpan<int> All { get; }
}
