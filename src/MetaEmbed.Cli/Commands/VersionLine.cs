using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace MetaEmbed.Cli.Commands;

/// <summary>The version alone, without the commit that the build appends.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    public static string Version =>
        typeof(VersionLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void Install(RootCommand root)
    {
        foreach (var option in root.Options.OfType<VersionOption>())
            option.Action = new VersionLine();
    }

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(Version);
        return ExitCodes.Done;
    }
}
