namespace MetaEmbed.Models;

/// <summary>Where the first assignment of entities to coarse meta-embeddings comes from.</summary>
public enum AssignmentInitialization
{
    /// <summary>A balanced partition of the train graph with few cut edges, as METIS makes it.</summary>
    Partition,

    /// <summary>Meta-embeddings drawn at random.</summary>
    Random,
}
