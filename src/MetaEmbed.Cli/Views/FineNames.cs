namespace MetaEmbed.Cli.Views;

/// <summary>What the settings of the fine stage are called on the command line; those of the coarse stage have plain names.</summary>
internal static class FineNames
{
    private const string Prefix = "fine-";

    /// <summary>Settings of the coarse stage that hold for the fine one too, unless its own is given.</summary>
    public static IReadOnlyList<string> Shared { get; } = ["max-epochs", "seed"];

    /// <summary>The option's name without dashes: <c>fine-count</c>, <c>fine-learning-rate</c>.</summary>
    /// <param name="setting">The setting's name in the options record.</param>
    public static string Of(string setting) => setting.StartsWith(Prefix, StringComparison.Ordinal) ? setting : Prefix + setting;
}
