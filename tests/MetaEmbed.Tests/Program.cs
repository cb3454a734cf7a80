using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace MetaEmbed.Tests;

/// <summary>Runs the tests; or, as a child of <see cref="WidthRunner"/>, one probe and nothing else.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (WidthRunner.RunIfChild())
            return 0;
        return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
