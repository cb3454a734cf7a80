using System.Globalization;

namespace MetaEmbed.Cli.Views;

/// <summary>Times for people: 0.8 s, 41 s, 3:12, 1:02:45.</summary>
internal static class Durations
{
    public static string Text(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        { TotalSeconds: < 60 } => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + " s",
        { TotalHours: < 1 } => time.ToString(@"m\:ss", CultureInfo.InvariantCulture),
        _ => $"{(int)time.TotalHours}:{time:mm\\:ss}",
    };
}
