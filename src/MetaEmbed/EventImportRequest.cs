using MetaEmbed.Data.Events;
using Microsoft.Extensions.Logging;

namespace MetaEmbed;

/// <summary>How events that are in no file become a dataset folder.</summary>
/// <param name="Folder">Folder of the dataset that is made.</param>
public sealed record EventImportRequest(string Folder)
{
    /// <summary>What messages and the dataset's <c>import.json</c> call the source.</summary>
    public string Name { get; init; } = "memory";

    /// <summary>What kind of source it is, for <c>import.json</c>.</summary>
    public string Format { get; init; } = "events";

    /// <summary>What was taken for user, item, time, rating and weight, for <c>import.json</c>.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>Core and split.</summary>
    public SplitOptions Split { get; init; } = new();

    /// <summary>Which events count.</summary>
    public EventFilter Filter { get; init; } = new();

    /// <summary>Whether every event has a time.</summary>
    public bool HasTimes { get; init; }

    /// <summary>Whether weights are added up over the events of a user and an item: a pair counts if the sum is above 0.</summary>
    public bool UseWeights { get; init; }

    /// <summary>Whether the first event that cannot be used ends the import.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether an imported dataset in the folder may be replaced.</summary>
    public bool Replace { get; init; }

    /// <summary>Gets the counts, and the first events that could not be used; null for nobody.</summary>
    public ILogger? Logger { get; init; }
}
