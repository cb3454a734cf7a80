using System.CommandLine;
using MetaEmbed.Experiments;
using MetaEmbed.Training;

namespace MetaEmbed.Cli.Commands;

/// <summary>One option of the command line for each setting of the options record.</summary>
internal sealed class SettingOptions
{
    private readonly List<Option> _options = [];

    private SettingOptions()
    {
    }

    /// <summary>Makes the options; the help shows the values of a preset.</summary>
    public static SettingOptions For(CoarseTrainingOptions preset)
    {
        var made = new SettingOptions();
        foreach (var setting in Settings<CoarseTrainingOptions>.All)
        {
            var name = "--" + setting.Name;
            var description = $"{setting.Description} ({setting.Text(preset)})";
            made._options.Add(setting.IsList
                ? new Option<string[]>(name) { Description = description, HelpName = "N,N,...", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore }
                : new Option<string>(name) { Description = description, HelpName = setting.IsWord ? "WORD" : "N" });
        }

        return made;
    }

    public void AddTo(Command command)
    {
        foreach (var option in _options)
            command.Add(option);
    }

    /// <summary>The settings that stand on the command line.</summary>
    public IEnumerable<SettingText> Given(ParseResult parsed)
    {
        foreach (var option in _options)
        {
            if (parsed.GetResult(option) is { Implicit: false } result)
                yield return new SettingText(option.Name[2..], string.Join(',', result.Tokens.Select(token => token.Value)), option.Name);
        }
    }
}
