using System.CommandLine;
using System.CommandLine.Parsing;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Commands;

/// <summary>Turns what the parser complains about into one line with a way out.</summary>
internal static class ParseMistakes
{
    public static void Check(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0 || parsed.Action is { ClearsParseErrors: true })
            return;
        var command = parsed.CommandResult.Command;
        var help = $"see 'metaembed {Mistyping.Path(command)} --help'";
        var error = parsed.Errors[0];
        var option = error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult;
        if (option is not null && !option.Implicit && option.IdentifierTokenCount > 1 && !option.Option.AllowMultipleArgumentsPerToken)
            throw new UserMistakeException($"{option.Option.Name} is given {option.IdentifierTokenCount} times", "give it once");
        if (option is not null && !option.Implicit && option.Tokens.Count == 0 && option.Option.Arity.MinimumNumberOfValues > 0)
            throw new UserMistakeException($"{option.Option.Name} has no value", $"give {option.Option.Name} {option.Option.HelpName}");

        var missing = command.Options.Where(known => known.Required && parsed.GetResult(known) is null or { Implicit: true }).ToArray();
        if (missing.Length > 0 && (option is null || missing.Contains(option.Option)))
        {
            throw new UserMistakeException(
                $"{string.Join(" and ", missing.Select(known => known.Name))} {(missing.Length > 1 ? "are" : "is")} missing",
                $"give {string.Join(' ', missing.Select(known => $"{known.Name} {known.HelpName}"))}, or {help}");
        }

        if (command.Subcommands.Count > 0)
        {
            throw new UserMistakeException(
                $"'{Mistyping.Path(command)}' needs a command", $"known are {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}");
        }

        if (error.SymbolResult is ArgumentResult { Tokens.Count: 0 } argument)
            throw new UserMistakeException($"{argument.Argument.HelpName ?? argument.Argument.Name} is missing", help);

        // What is left are the lines of our own value parsers: "found; mend".
        var parts = error.Message.Split("; ", 2);
        throw new UserMistakeException(parts[0].TrimEnd('.'), parts.Length > 1 ? parts[1].TrimEnd('.') : help);
    }
}
