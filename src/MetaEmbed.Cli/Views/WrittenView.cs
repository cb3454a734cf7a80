namespace MetaEmbed.Cli.Views;

/// <summary>What was written.</summary>
internal static class WrittenView
{
    public static void Show(Screen screen, params IReadOnlyList<string> paths)
    {
        foreach (var path in paths)
            screen.Text.WriteLine($"wrote {path}");
    }
}
