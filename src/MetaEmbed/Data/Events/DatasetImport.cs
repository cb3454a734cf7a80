using MetaEmbed.Inference;

namespace MetaEmbed.Data.Events;

/// <summary>
/// The way from events to a dataset folder: take batches in, then merge repeats, apply core and split, number anew, and
/// write. Knows nothing of file formats.
/// </summary>
public sealed class DatasetImport
{
    private readonly SplitOptions _options;
    private readonly EventFilter _filter;
    private readonly EventCollector _collector;
    private ImportedData? _data;

    /// <summary>Starts an empty import.</summary>
    /// <param name="options">Core and split.</param>
    /// <param name="filter">Which events count.</param>
    /// <param name="hasTimes">Whether every source gives times.</param>
    /// <param name="hasWeights">Whether sources give weights that count.</param>
    public DatasetImport(SplitOptions options, EventFilter filter, bool hasTimes, bool hasWeights)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(filter);
        (_options, _filter) = (options, filter);
        _collector = new EventCollector(filter, hasTimes && options.UsesTimes, hasWeights);
    }

    /// <summary>Numbers of rows and pairs; complete after <see cref="Finish"/>.</summary>
    public ImportCounts Counts { get; private set; } = new();

    /// <summary>Number of items of the sources that have the given name; for a catalog.</summary>
    internal ImportedData Data => _data ?? throw new InvalidOperationException("the import is not finished");

    internal IdMap Users => _collector.Users;

    internal IdMap Items => _collector.Items;

    /// <summary>Takes events in.</summary>
    /// <param name="batch">The events.</param>
    /// <param name="isTest">Whether their source is named test; looked at only with the split given.</param>
    public void Take(EventBatch batch, bool isTest)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _collector.Take(batch, isTest && _options.Split == SplitKind.Given);
    }

    /// <summary>Merges, filters, splits and numbers what was taken in.</summary>
    /// <param name="rejected">Rows that could not be used; part of the counts.</param>
    /// <param name="cancellation">Stops it between two steps.</param>
    /// <exception cref="UserMistakeException">Nothing is left.</exception>
    public void Finish(RejectedRows rejected, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rejected);
        var events = _collector.Counts;
        if (_collector.Train.Count == 0)
            throw Nothing(events, rejected);
        var train = Merge(_collector.Train);
        var test = _options.Split == SplitKind.Given ? Merge(_collector.Test) : null;
        var (given, shared) = test is null ? (null, 0L) : Without(test.Pairs, train.Pairs);
        cancellation.ThrowIfCancellationRequested();
        var split = PairSplit.Create(train.Pairs, given, _options);
        cancellation.ThrowIfCancellationRequested();
        _data = ImportedData.Of(split);
        Counts = new ImportCounts
        {
            Rows = events.Events + rejected.Count,
            Rejected = rejected.Count,
            LowRating = events.LowRating,
            OutsideTime = events.OutsideTime,
            Repeats = train.Repeats + (test?.Repeats ?? 0),
            LowWeight = train.TooLight + (test?.TooLight ?? 0),
            InBothFiles = shared,
            OutsideCore = split.OutsideCore,
            Cold = split.Cold,
            Users = _data.UserNames.Length,
            Items = _data.ItemNames.Length,
            Train = _data.Train.Count,
            Test = _data.Test.Count,
            NewUsers = _data.NewUsers?.Names.Length ?? 0,
            NewHistory = _data.NewUsers?.History.Count ?? 0,
            NewTest = _data.NewUsers?.Test.Count ?? 0,
            First = events.First is { } first ? EventTime.Text(first) : null,
            Last = events.Last is { } last ? EventTime.Text(last) : null,
            TestSince = split.TestSince is { } since ? EventTime.Text(since) : null,
        };
    }

    private MergedPairs Merge(EventTable table) => PairMerging.Merge(table, Users.Count, Items.Count, _filter.MinWeight);

    private static (EventPairs Left, long Shared) Without(EventPairs test, EventPairs train)
    {
        var left = test.Where((user, at) => train.ItemsOf(user).BinarySearch(test.Items[at]) < 0);
        return (left, test.Count - left.Count);
    }

    private UserMistakeException Nothing(EventCounts events, RejectedRows rejected)
    {
        if (events.Events == 0 && rejected.First.Count == 0)
            return new UserMistakeException("the sources hold no event", "give a file with a row for each event");
        if (events.Events == 0)
        {
            var first = rejected.First[0];
            return new UserMistakeException(
                first.File, first.Line, $"{first.Reason}; none of {rejected.Count:N0} rows can be used", "name the columns with --user and --item, or mend the file");
        }

        if (_collector.Test.Count > 0)
            return new UserMistakeException("all events come from files named test", "give a file named train too, or another --split");
        return new UserMistakeException(
            $"none of {events.Events:N0} events counts: {events.LowRating:N0} are rated too low, {events.OutsideTime:N0} are outside of the time range",
            "lower --min-rating, or widen --since and --until");
    }
}
