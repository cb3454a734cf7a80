using System.CommandLine;
using MetaEmbed.Answers;
using MetaEmbed.Data;
using MetaEmbed.Import.Readers;

namespace MetaEmbed.Cli.Commands;

/// <summary>Options of commands that ask a model: which one, and which items it may answer with.</summary>
internal sealed class AskingOptions
{
    private readonly Option<string> _run = CommonOptions.Run(required: false);
    private readonly Option<string?> _model = ModelOptions.Model();
    private readonly Option<string> _data = CommonOptions.Data(required: false);
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string[]> _filter = new("--filter")
    {
        Description = "Only items of the catalog for which this holds: field=value (a|b for either), field!=value, field~text, field>=number. May be given several times; all must hold.",
        HelpName = "COND",
        AllowMultipleArgumentsPerToken = true,
    };

    public void AddTo(Command command)
    {
        _data.Description = "Folder of the dataset: where it has moved since the training; with --model, for the catalog and for what users have met.";
        foreach (var option in new Option[] { _run, _model, _data, _filter, _threads })
            command.Add(option);
    }

    public string? Run(ParseResult parsed) => parsed.GetValue(_run);

    public int Threads(ParseResult parsed) => parsed.GetValue(_threads);

    /// <summary>Refuses none and both of --run and --model.</summary>
    public void Check(ParseResult parsed) => ModelOptions.RequireOne(parsed.GetValue(_run), parsed.GetValue(_model));

    /// <summary>Opens what answers.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="histories">Whether histories will be asked for.</param>
    /// <param name="cancellation">Stops it.</param>
    public AnswerSource Open(ParseResult parsed, bool histories, CancellationToken cancellation) => parsed.GetValue(_model) is { } file
        ? AnswerSource.OfModel(file, parsed.GetValue(_data))
        : AnswerSource.OfRun(parsed.GetValue(_run)!, parsed.GetValue(_data), parsed.GetValue(_threads), histories, cancellation);

    /// <summary>The catalog of a source; null where there is none.</summary>
    public static ItemFields? Fields(AnswerSource source) => source.DataFolder is { } folder ? CatalogFields.Read(folder, source.Model.ItemCount) : null;

    /// <summary>The items that --filter leaves; null for all.</summary>
    public int[]? Allowed(ParseResult parsed, AnswerSource source) =>
        parsed.GetValue(_filter) is { Length: > 0 } conditions ? ItemConditions.Select(Fields(source), conditions) : null;
}
