using MetaEmbed.Data;
using MetaEmbed.Data.Events;
using MetaEmbed.Inference;

namespace MetaEmbed.Import.Tests;

/// <summary>Events in memory become the dataset that a file of them becomes.</summary>
public sealed class EventImportTests
{
    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static IEnumerable<ItemEvent> Timed => Clusters.Events.Select(one => new ItemEvent(one.User, one.Item, Start.AddDays(one.Day)));

    [Fact]
    public void The_same_events_give_the_same_files()
    {
        using var place = new Workplace();
        Dataset.Import(Clusters.Write(place), place["file"]);
        var memory = Dataset.FromEvents(Clusters.Events.Select(one => new ItemEvent(one.User, one.Item)), place["memory"], TestContext.Current.CancellationToken);
        foreach (var name in new[] { "train.txt", "test.txt", "users.txt", "items.txt" })
            Assert.Equal(File.ReadAllText(Path.Combine(place["file"], name)), File.ReadAllText(Path.Combine(place["memory"], name)));
        Assert.Equal(place["memory"], memory.Folder);
        var manifest = ImportManifest.TryLoad(place["memory"])!;
        Assert.Equal((Clusters.Rows, "memory", "events"), ((int)manifest.Counts.Rows, manifest.Sources[0].Name, manifest.Sources[0].Format));
    }

    [Fact]
    public void Times_split_and_filter()
    {
        using var place = new Workplace();
        var request = new EventImportRequest(place["time"])
        {
            Split = new SplitOptions { Split = SplitKind.LeaveOneOut },
            Filter = new EventFilter(Until: EventTime.Of(Start.AddDays(9))),
        };
        var data = Dataset.FromEvents(Timed, request, TestContext.Current.CancellationToken);
        Assert.Equal((Clusters.Users * 7, Clusters.Users), (data.Train.Count, data.Test.Count));
        var names = EntityNames.Open(place["time"], data);
        var last = Clusters.Events.Last(one => one is { User: "user-3", Day: 8 });
        Assert.Equal(last.Item, names.OfItem(data.Test.Of(names.FindUser("user-3"))[0]));
    }

    [Fact]
    public void Ratings_and_weights_count_when_asked()
    {
        using var place = new Workplace();
        ItemEvent[] events =
        [
            new("ann", "apple", Rating: 5), new("ann", "pear", Rating: 2), new("ann", "fig", Rating: 4), new("bob", "apple", Rating: 4), new("bob", "fig", Rating: 5, Weight: -1),
        ];
        var rated = new EventImportRequest(place["rated"]) { Filter = new EventFilter(MinRating: 4), Split = new SplitOptions { TestShare = 0 } };
        Assert.Equal(4, Dataset.FromEvents(events, rated, TestContext.Current.CancellationToken).Train.Count);
        var weighed = new EventImportRequest(place["weighed"]) { UseWeights = true, Split = new SplitOptions { TestShare = 0 } };
        Assert.Equal(4, Dataset.FromEvents(events, weighed, TestContext.Current.CancellationToken).Train.Count);
    }

    [Theory]
    [InlineData("the user is empty", " ", "apple")]
    [InlineData("the item is empty", "ann", "")]
    [InlineData("control character", "a\nb", "apple")]
    [InlineData("it has no time", "late", "apple")]
    public void An_event_that_cannot_be_used_is_counted_and_told(string reason, string user, string item)
    {
        using var place = new Workplace();
        var log = new ListLogger();
        var events = Timed.Append(new ItemEvent(user, item, user == "late" ? null : Start));
        Dataset.FromEvents(events, new EventImportRequest(place["a"]) { Logger = log }, TestContext.Current.CancellationToken);
        Assert.Equal(1, ImportManifest.TryLoad(place["a"])!.Counts.Rejected);
        Assert.Contains(log.Lines, line => line.Text.StartsWith($"memory:{Clusters.Rows + 1}: ", StringComparison.Ordinal) && line.Text.Contains(reason, StringComparison.Ordinal));
        var strict = Assert.Throws<UserMistakeException>(() => Dataset.FromEvents(events, new EventImportRequest(place["b"]) { Strict = true }, TestContext.Current.CancellationToken));
        Assert.Contains(reason, strict.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], Directory.GetFileSystemEntries(place.Root).Select(Path.GetFileName));
    }

    [Fact]
    public void No_events_no_times_and_cancellation_leave_nothing()
    {
        using var place = new Workplace();
        Assert.Contains("hold no event", Assert.Throws<UserMistakeException>(() => Dataset.FromEvents([], place["a"], TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        var byTime = new EventImportRequest(place["a"]) { Split = new SplitOptions { Split = SplitKind.Time } };
        Assert.Contains("events have no time", Assert.Throws<UserMistakeException>(() => Dataset.FromEvents([new ItemEvent("a", "b")], byTime, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => Dataset.FromEvents(Timed, place["a"], stop.Token));
        Assert.Empty(Directory.GetFileSystemEntries(place.Root));
    }
}
