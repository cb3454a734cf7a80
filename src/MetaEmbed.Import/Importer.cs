using System.Diagnostics;
using MetaEmbed.Data.Events;
using MetaEmbed.Experiments;
using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Readers;
using MetaEmbed.Import.Sources;
using MetaEmbed.Inference;

namespace MetaEmbed.Import;

/// <summary>From files of events to a dataset folder.</summary>
public static class Importer
{
    /// <summary>Imports.</summary>
    /// <param name="request">What and how.</param>
    /// <param name="progress">Told where it stands, a few times a second, on the calling thread; null for nobody.</param>
    /// <param name="cancellation">Stops it; nothing is left behind then.</param>
    /// <exception cref="UserMistakeException">A source cannot be used, or nothing is left; nothing is left behind.</exception>
    public static ImportReport Run(ImportRequest request, IProgress<ImportProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var watch = Stopwatch.StartNew();
        ImportedFolder.RequireFree(request.Out, request.Replace);
        var files = SourceList.Expand(request.Files, request.StandardInput);
        using var reporter = new ImportReporter(progress, request.Logger, files.Count);
        var sources = files.Select(file => SourceOpening.Open(file, request)).ToList();
        var options = Split(request, sources);
        var needs = Needs(request, options, sources);
        var catalogFile = request.Catalog is null ? null : new SourceFile(request.Catalog, request.StandardInput);
        var rejected = new RejectedRows(request.Strict);
        var catalog = catalogFile is null ? null : CatalogReader.Read(catalogFile, request, rejected);

        var import = new DatasetImport(options, request.Filter, needs.Times, needs.Weights);
        var events = new RejectedRows(request.Strict);
        foreach (var source in sources)
        {
            source.Needs = needs;
            reporter.Source(source.File);
            source.Read(
                batch =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    import.Take(batch, source.IsTest);
                    reporter.Took(batch.Count);
                },
                events);
        }

        var readSeconds = watch.Elapsed.TotalSeconds;
        reporter.Step(ImportStep.Splitting);
        import.Finish(events, cancellation);
        cancellation.ThrowIfCancellationRequested();
        var manifest = new ImportManifest
        {
            Sources = [.. sources.Select(source => Described(source.File, source.Format, Used(source.Columns, needs)))],
            Catalog = catalog is null ? null : Described(catalogFile!, SourceFormat.Csv, catalog.Described),
            CatalogRejected = catalog is null ? null : rejected.Count,
            Settings = ImportSettings.Of(options, request.Filter),
            Counts = import.Counts,
        };
        reporter.Step(ImportStep.Writing);
        manifest = ImportedFolder.Write(request.Out, import, catalog?.Catalog, manifest);
        var report = new ImportReport(
            request.Out,
            manifest,
            [.. sources.Select(source => new SourceReport(
                source.File.Name, source.Format, source.Columns.Described(), source.Columns.ByPlace, source.IsTest && options.Split == SplitKind.Given))],
            [.. events.First, .. rejected.First],
            readSeconds,
            watch.Elapsed.TotalSeconds);
        reporter.Done(report);
        return report;
    }

    // Files named train and test are a split already, as long as no other one is asked for.
    private static SplitOptions Split(ImportRequest request, List<Source> sources)
    {
        var words = sources.Select(source => SourceFormats.SaysTest(source.File.Path)).ToArray();
        var isGiven = words.Contains(true) && words.Contains(false) && !words.Contains(null);
        if (!request.SplitIsChosen)
            return isGiven ? request.Split with { Split = SplitKind.Given } : request.Split;
        if (request.Split.Split == SplitKind.Given && !isGiven)
            throw new UserMistakeException("the split given needs files that are all named train or test, some of each", "name them so, as in train.csv and test.csv, or choose another --split");
        return request.Split;
    }

    private static ColumnNeeds Needs(ImportRequest request, SplitOptions options, List<Source> sources)
    {
        var timeless = sources.FirstOrDefault(source => source.Columns.Time < 0);
        var needsTimes = options.NeedsTimes || request.Filter.NeedsTimes;
        var needs = new ColumnNeeds(
            needsTimes || (options.UsesTimes && timeless is null), request.Filter.MinRating is not null, request.Columns.Weight is not null || request.Filter.MinWeight > 0);
        foreach (var source in sources)
        {
            Require(needs.Times, source.Columns.Time, source, "times", options.NeedsTimes ? "the split by time" : "--since and --until", "--time");
            Require(needs.Ratings, source.Columns.Rating, source, "ratings", "--min-rating", "--rating");
            Require(needs.Weights, source.Columns.Weight, source, "weights", "--min-weight", "--weight");
        }

        return needs;
    }

    private static void Require(bool needed, int place, Source source, string what, string why, string option)
    {
        if (needed && place < 0)
        {
            throw new UserMistakeException(
                source.File.Name, null, $"no column is known to hold {what}, which {why} needs; the columns are {string.Join(", ", source.Columns.Names)}", $"name it with {option}");
        }
    }

    private static Dictionary<string, string> Used(ChosenColumns columns, ColumnNeeds needs) => columns.Described()
        .Where(pair => pair.Key switch { "time" => needs.Times, "rating" => needs.Ratings, "weight" => needs.Weights, _ => true })
        .ToDictionary();

    private static ImportSource Described(SourceFile file, SourceFormat format, IReadOnlyDictionary<string, string> columns) =>
        new(file.ShortName, SourceFormats.NameOf(format), file.Length, file.Hash, columns);
}
