using System.CommandLine;
using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Commands;

/// <summary>One option of the command line for each setting of an options record.</summary>
/// <typeparam name="TOptions">The options record.</typeparam>
internal sealed class SettingOptions<TOptions>
    where TOptions : class, new()
{
    private readonly List<(Setting Setting, Option Option)> _options = [];

    /// <summary>Makes the options.</summary>
    /// <param name="name">The option's name without dashes, from the setting's.</param>
    /// <param name="preset">Whose values the help shows.</param>
    /// <param name="note">What the help adds to the value, by the setting's name; empty for nothing.</param>
    /// <param name="only">The settings to have, by name; none given: all.</param>
    public SettingOptions(Func<string, string> name, TOptions preset, Func<string, string> note, params string[] only)
    {
        foreach (var setting in Settings<TOptions>.All.Where(known => only.Length == 0 || only.Contains(known.Name)))
        {
            var option = "--" + name(setting.Name);
            var description = $"{setting.Description} ({setting.Text(preset)}{note(setting.Name)})";
            _options.Add((setting, setting.IsList
                ? new Option<string[]>(option) { Description = description, HelpName = "N,N,...", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore }
                : new Option<string>(option) { Description = description, HelpName = setting.IsSwitch ? "true|false" : setting.IsWord ? "WORD" : "N" }));
        }
    }

    public void AddTo(Command command)
    {
        foreach (var (_, option) in _options)
            command.Add(option);
    }

    /// <summary>The settings that stand on the command line.</summary>
    public IReadOnlyList<SettingText> Given(ParseResult parsed)
    {
        var given = new List<SettingText>();
        foreach (var (setting, option) in _options)
        {
            if (parsed.GetResult(option) is { Implicit: false } result)
                given.Add(new SettingText(setting.Name, string.Join(',', result.Tokens.Select(token => token.Value)), option.Name));
        }

        return given;
    }
}
