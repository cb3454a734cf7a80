namespace MetaEmbed.Cli.Views;

/// <summary>Recommendations for one user, with names.</summary>
/// <param name="User">The user's name.</param>
/// <param name="Met">Some of the items met in training.</param>
/// <param name="MetInAll">How many there are.</param>
/// <param name="Items">What is recommended, best first, and whether it is among the held-out items.</param>
internal sealed record Sample(string User, IReadOnlyList<string> Met, int MetInAll, IReadOnlyList<(string Name, bool Hit)> Items);

/// <summary>Sample recommendations as text.</summary>
internal static class SamplesView
{
    public static void Show(Screen screen, IReadOnlyList<Sample> samples)
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
