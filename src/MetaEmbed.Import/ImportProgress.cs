namespace MetaEmbed.Import;

/// <summary>What an import does.</summary>
public enum ImportStep
{
    /// <summary>Reading a source.</summary>
    Reading,

    /// <summary>Merging repeats, core and split.</summary>
    Splitting,

    /// <summary>Writing the dataset folder.</summary>
    Writing,

    /// <summary>Done.</summary>
    Done,
}

/// <summary>Where an import stands; sent a few times a second and at each step.</summary>
/// <param name="Step">What it does.</param>
/// <param name="Source">The source that is read.</param>
/// <param name="SourceNumber">Its number, from 1.</param>
/// <param name="SourceCount">How many there are.</param>
/// <param name="Events">Events read so far, of all sources.</param>
/// <param name="Elapsed">Since the start.</param>
public sealed record ImportProgress(ImportStep Step, string Source, int SourceNumber, int SourceCount, long Events, TimeSpan Elapsed)
{
    /// <summary>Bytes read so far, of all sources, as they lie on the disk.</summary>
    public long Bytes { get; init; }
}
