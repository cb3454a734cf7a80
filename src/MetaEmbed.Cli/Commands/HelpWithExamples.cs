using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace MetaEmbed.Cli.Commands;

/// <summary>The help of a command, followed by its examples.</summary>
internal sealed class HelpWithExamples(SynchronousCommandLineAction help) : SynchronousCommandLineAction
{
    private static readonly ConditionalWeakTable<Command, string[]> Examples = [];

    public override bool ClearsParseErrors => true;

    public static void Install(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new HelpWithExamples((SynchronousCommandLineAction)option.Action!);
    }

    /// <summary>The examples of a command, one line each.</summary>
    public static IReadOnlyList<string> Of(Command command) => Examples.TryGetValue(command, out var lines) ? lines : [];

    public static void Set(Command command, string[] lines) => Examples.AddOrUpdate(command, lines);

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        var examples = Of(parseResult.CommandResult.Command);
        if (examples.Count == 0)
            return code;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in examples)
            output.WriteLine("  " + example);
        return code;
    }
}

internal static class CommandExamples
{
    /// <summary>Gives a command its examples.</summary>
    public static Command WithExamples(this Command command, params string[] lines)
    {
        HelpWithExamples.Set(command, lines);
        return command;
    }
}
