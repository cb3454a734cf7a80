using System.Globalization;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Training;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace MetaEmbed.Cli.Commands;

/// <summary>
/// A config file (TOML): top-level keys, then a table of settings for each stage. Every entry keeps its line, so that
/// a mistake can be told with its place.
/// </summary>
/// <param name="TopLevel">Keys above the first table.</param>
/// <param name="Coarse">Settings of the coarse stage.</param>
/// <param name="Fine">Settings of the fine stage.</param>
internal sealed record ConfigFile(IReadOnlyList<SettingText> TopLevel, IReadOnlyList<SettingText> Coarse, IReadOnlyList<SettingText> Fine)
{
    private static readonly string[] TopLevelKeys = ["preset", "threads"];

    public static ConfigFile Empty { get; } = new([], [], []);

    /// <summary>The value of a top-level key, or null.</summary>
    public SettingText? this[string key] => TopLevel.FirstOrDefault(entry => entry.Name == key);

    /// <summary>The threads it asks for, or null.</summary>
    public int? Threads
    {
        get
        {
            if (this["threads"] is not { } entry)
                return null;
            return int.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var threads) && threads <= CommonOptions.MaximalThreads
                ? threads
                : throw new UserMistakeException(
                    entry.File, entry.Line, $"threads is '{entry.Value}'", $"give a whole number from 0 to {CommonOptions.MaximalThreads}");
        }
    }

    public static ConfigFile Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserMistakeException(path, null, "the config file cannot be read", "give --config an existing file", failure);
        }

        var document = SyntaxParser.Parse(text, path, validate: true);
        foreach (var diagnostic in document.Diagnostics)
        {
            if (diagnostic.Kind == DiagnosticMessageKind.Error)
                throw new UserMistakeException(path, diagnostic.Span.Start.Line + 1, diagnostic.Message.TrimEnd('.'), "mend the TOML");
        }

        var top = document.KeyValues.Select(entry => Entry(path, entry)).ToList();
        foreach (var entry in top)
        {
            if (!TopLevelKeys.Contains(entry.Name))
                throw new UserMistakeException(path, entry.Line, $"unknown key '{entry.Name}'", TopLevelAdvice(entry.Name));
        }

        List<SettingText> coarse = [], fine = [];
        foreach (var table in document.Tables)
        {
            var name = Name(table.Name);
            if (name is not (TrainingStages.Coarse or TrainingStages.Fine) || table is not TableSyntax)
                throw new UserMistakeException(path, Line(table), $"unknown table '{name}'", "known are [coarse] and [fine]");
            (name == TrainingStages.Coarse ? coarse : fine).AddRange(table.Items.Select(entry => Entry(path, entry)));
        }

        return new ConfigFile(top, coarse, fine);
    }

    private static string TopLevelAdvice(string name) =>
        (Settings<CoarseTrainingOptions>.Find(name), Settings<FineTrainingOptions>.Find(name)) switch
        {
            (not null, not null) => "settings of a stage stand below a line [coarse] or [fine]",
            (not null, null) => "settings of the coarse stage stand below a line [coarse]",
            (null, not null) => "settings of the fine stage stand below a line [fine]",
            _ => Spelling.Advice(name, TopLevelKeys),
        };

    private static SettingText Entry(string path, KeyValueSyntax entry)
    {
        var key = Name(entry.Key);
        return new SettingText(key, Value(path, key, entry), key, path, Line(entry));
    }

    private static string Value(string path, string key, KeyValueSyntax entry) => entry.Value switch
    {
        StringValueSyntax text => text.Value ?? "",
        BooleanValueSyntax truth => truth.Value ? "true" : "false",
        { } number when Number(number) is { } written => written,
        ArraySyntax list => string.Join(',', list.Items.Select(item => item.Value switch
        {
            StringValueSyntax text => text.Value ?? "",
            { } number when Number(number) is { } written => written,
            _ => throw NotAValue(path, key, entry),
        })),
        _ => throw NotAValue(path, key, entry),
    };

    private static string? Number(ValueSyntax value) => value switch
    {
        IntegerValueSyntax whole => whole.Value.ToString(CultureInfo.InvariantCulture),
        FloatValueSyntax real => real.Value.ToString("R", CultureInfo.InvariantCulture),
        _ => null,
    };

    private static string Name(KeySyntax? key) =>
        key is null ? "" : string.Join('.', key.DotKeys.Select(dotted => Part(dotted.Key)).Prepend(Part(key.Key)));

    private static string Part(BareKeyOrStringValueSyntax? part) => part switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax quoted => quoted.Value ?? "",
        _ => "",
    };

    private static UserMistakeException NotAValue(string path, string key, KeyValueSyntax entry) =>
        new(path, Line(entry), $"{key} has a value of an unknown kind", "give a number, a word in quotes or a list of numbers");

    private static int Line(SyntaxNode node) => node.Span.Start.Line + 1;
}
