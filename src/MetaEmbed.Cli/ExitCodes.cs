namespace MetaEmbed.Cli;

/// <summary>What the command's exit codes mean.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A mistake in what the user gave; one line on standard error says which.</summary>
    public const int Mistake = 2;

    /// <summary>A bug in this program; details are in a log.</summary>
    public const int Bug = 70;

    /// <summary>Ctrl-C, or asked to stop; a training can be resumed.</summary>
    public const int Interrupted = 130;
}
