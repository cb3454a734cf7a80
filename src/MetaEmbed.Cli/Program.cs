using System.CommandLine;

namespace MetaEmbed.Cli;

internal static class Program
{
    private static int Main(string[] args) =>
        new RootCommand("Trains, evaluates and serves compressed recommenders.") { HelpName = "metaembed" }.Parse(args).Invoke();
}
