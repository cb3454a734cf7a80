using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MetaEmbed.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public const int MaximalThreads = 1024;

    public static Option<string> Data(bool required = true) => new("--data")
    {
        Description = "Folder with train.txt and test.txt: a line is 'user item item ...'.",
        HelpName = "DIR",
        Required = required,
    };

    public static Option<string> Run(bool required = true) => new("--run")
    {
        Description = "Folder of the run: settings, log, metrics, curves, checkpoints.",
        HelpName = "DIR",
        Required = required,
    };

    public static Option<bool> Json() => new("--json")
    {
        Description = "Ends with one JSON object as the last line on standard output; messages go to standard error.",
    };

    public static Option<int> Threads() => WholeNumber("--threads", "Threads to work with; 0 for one per processor.", 0, 0, MaximalThreads);

    /// <summary>An option with a whole number, or with a default where there is one.</summary>
    public static Option<int> WholeNumber(string name, string description, int? preset, int minimum, int maximum = int.MaxValue)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", Required = preset is null };
        if (preset is { } value)
            option.DefaultValueFactory = _ => value;
        option.CustomParser = result => Parse(result, name, minimum, maximum);
        return option;
    }

    private static int Parse(ArgumentResult result, string name, int minimum, int maximum)
    {
        if (result.Tokens.Count != 1)
            return 0; // the parser itself complains about none or several
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum)
            return number;
        var range = maximum == int.MaxValue ? $"from {minimum}" : $"from {minimum} to {maximum}";
        result.AddError($"{name} is '{text}'; give a whole number {range}");
        return 0;
    }
}
