namespace MetaEmbed.Cli.Views;

/// <summary>
/// Where a command shows things. With <c>--json</c> everything for people goes to standard error and the result is the
/// last line on standard output; without, people read standard output.
/// </summary>
internal sealed class Screen
{
    private Screen(bool json)
    {
        Json = json;
        Text = json ? Console.Error : Console.Out;
        IsTerminal = !json && !Console.IsOutputRedirected;
    }

    /// <summary>Whether the result is to be one JSON object.</summary>
    public bool Json { get; }

    /// <summary>Where words for people go.</summary>
    public TextWriter Text { get; }

    /// <summary>Whether a display that moves is seen by somebody.</summary>
    public bool IsTerminal { get; }

    public static Screen Open(bool json) => new(json);

    /// <summary>What is piped in.</summary>
    public static Stream Input() => Console.OpenStandardInput();
}
