using System.Globalization;
using MetaEmbed.Data.Events;

namespace MetaEmbed.Experiments;

/// <summary>The settings of an import as its manifest keeps them.</summary>
public static class ImportSettings
{
    /// <summary>Texts by their name on the command line, those that were at work, in alphabetical order.</summary>
    /// <param name="options">Core and split.</param>
    /// <param name="filter">Which events counted.</param>
    public static IReadOnlyDictionary<string, string> Of(SplitOptions options, EventFilter filter)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(filter);
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in Settings<SplitOptions>.All)
            settings[setting.Name] = setting.Text(options);
        if (options.TestSince is { } testSince)
            settings["test-since"] = EventTime.Text(testSince);
        if (filter.MinRating is { } rating)
            settings["min-rating"] = rating.ToString(CultureInfo.InvariantCulture);
        if (filter.MinWeight > 0)
            settings["min-weight"] = filter.MinWeight.ToString(CultureInfo.InvariantCulture);
        if (filter.Since is { } since)
            settings["since"] = EventTime.Text(since);
        if (filter.Until is { } until)
            settings["until"] = EventTime.Text(until);
        return settings;
    }
}
