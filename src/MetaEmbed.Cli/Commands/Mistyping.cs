using System.CommandLine;
using System.Globalization;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Commands;

/// <summary>
/// Finds options, commands and arguments that do not exist. The parser would take a mistyped option for an argument
/// (<c>data stats --jsn</c>: a folder called --jsn) and answer with several lines.
/// </summary>
internal static class Mistyping
{
    public static void Check(RootCommand root, IReadOnlyList<string> args)
    {
        Command command = root;
        Option? awaiting = null; // the option before, as long as it takes values
        var positional = 0;
        foreach (var arg in args)
        {
            if (arg == "--")
                return;
            if (LooksLikeOption(arg))
            {
                var name = arg.Split('=', ':')[0];
                var option = Known(root, command, name)
                    ?? throw new UserMistakeException($"unknown option '{name}'", Advice(name, Names(root, command), command));
                awaiting = name.Length == arg.Length && option.Arity.MaximumNumberOfValues > 0 ? option : null;
            }
            else if (awaiting is not null)
            {
                if (!awaiting.AllowMultipleArgumentsPerToken)
                    awaiting = null;
            }
            else if (command.Subcommands.FirstOrDefault(sub => sub.Name == arg) is { } sub)
            {
                command = sub;
            }
            else if (command.Subcommands.Count > 0)
            {
                var names = command.Subcommands.Where(known => !known.Hidden).Select(known => known.Name).ToArray();
                if (!(command is RootCommand && arg.StartsWith('[')))
                    throw new UserMistakeException($"unknown command '{arg}'", Spelling.Advice(arg, names));
            }
            else if (++positional > command.Arguments.Sum(argument => argument.Arity.MaximumNumberOfValues))
            {
                throw new UserMistakeException($"'{arg}' is one argument too many", $"see 'metaembed {Path(command)} --help'");
            }
        }
    }

    /// <summary>The words of a command, without the program: <c>data stats</c>.</summary>
    public static string Path(Command command)
    {
        var above = command.Parents.OfType<Command>().FirstOrDefault();
        return above is null or RootCommand ? command.Name : $"{Path(above)} {command.Name}";
    }

    private static bool LooksLikeOption(string arg) =>
        arg.Length > 1 && arg[0] == '-' && !double.TryParse(arg, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static Option? Known(RootCommand root, Command command, string name) =>
        Options(root, command).FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    private static IEnumerable<Option> Options(RootCommand root, Command command) =>
        command == root ? root.Options : command.Options.Concat(root.Options.Where(option => option.Recursive));

    private static string[] Names(RootCommand root, Command command) =>
        [.. Options(root, command).Where(option => !option.Hidden).Select(option => option.Name)];

    private static string Advice(string name, string[] names, Command command) =>
        Spelling.Nearest(name, names) is { } near
            ? $"did you mean '{near}'?"
            : $"see 'metaembed {(command is RootCommand ? "" : Path(command) + " ")}--help'";
}
