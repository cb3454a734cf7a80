using MetaEmbed.Reports;

namespace MetaEmbed.Cli.Views;

/// <summary>Sample recommendations as text.</summary>
internal static class SamplesView
{
    public static void Show(Screen screen, IReadOnlyList<SampleList> samples)
    {
        foreach (var sample in samples)
        {
            screen.Text.WriteLine(sample.User);
            screen.Text.WriteLine($"  has          {string.Join(", ", sample.Met)}{(sample.MetInAll > sample.Met.Count ? $" and {sample.MetInAll - sample.Met.Count} more" : "")}");
            screen.Text.WriteLine($"  recommended  {string.Join(", ", sample.Items.Select(item => item.Hit ? item.Name + "*" : item.Name))}");
        }

        if (samples.Any(sample => sample.Items.Any(item => item.Hit)))
            screen.Text.WriteLine("  * among the held-out items, which the model never saw");
    }
}
