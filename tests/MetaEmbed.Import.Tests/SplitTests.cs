using MetaEmbed.Data;
using MetaEmbed.Data.Events;

namespace MetaEmbed.Import.Tests;

/// <summary>Splits: what each promises, on events whose answer is known.</summary>
public sealed class SplitTests
{
    private const int Users = 60;
    private const int Each = 10;

    // User u meets items (u + 3k) mod 40 at day 10 k + u mod 7; every item is met by many.
    private static readonly string Events = "user,item,time\n" + string.Concat(
        Enumerable.Range(0, Users).SelectMany(user => Enumerable.Range(0, Each).Select(k => $"u{user},i{(user + (3 * k)) % 40},{86_400 * ((10 * k) + (user % 7) + 1)}\n")));

    private static readonly Dictionary<string, long> Days = Events.Split('\n').Skip(1).Where(line => line.Length > 0).Select(line => line.Split(','))
        .ToDictionary(cells => $"{cells[0]} {cells[1]}", cells => long.Parse(cells[2]) / 86_400);

    [Theory]
    [InlineData(SplitKind.Random)]
    [InlineData(SplitKind.LeaveOneOut)]
    [InlineData(SplitKind.Time)]
    [InlineData(SplitKind.UserTime)]
    [InlineData(SplitKind.Users)]
    public void A_split_loses_nothing_doubles_nothing_and_can_be_repeated(SplitKind kind)
    {
        using var place = new Workplace();
        var counts = place.Import("events.csv", Events, request => request.Split(new SplitOptions { Split = kind, Seed = 3 })).Manifest.Counts;
        Assert.Equal(Users * Each, counts.Train + counts.Test + counts.Cold + counts.NewHistory + counts.NewTest);
        Assert.Equal(place.AllPairs().Distinct(), place.AllPairs());
        Assert.Equal(counts.Train + counts.Test, place.AllPairs().Length);
        using var again = new Workplace();
        again.Import("events.csv", Events, request => request.Split(new SplitOptions { Split = kind, Seed = 3 }));
        foreach (var file in Directory.GetFiles(place.Out))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(again.Out, Path.GetFileName(file))));
    }

    [Fact]
    public void Random_takes_a_share_of_each_user_and_the_seed_decides_which()
    {
        var tests = new[] { 1L, 2L }.Select(seed =>
        {
            using var place = new Workplace();
            place.Import("events.csv", Events, request => request.Split(new SplitOptions { TestShare = 0.3, Seed = seed }));
            var pairs = place.Pairs(DatasetFolder.TestFile);
            Assert.All(pairs.CountBy(pair => pair.Split(' ')[0]), count => Assert.Equal(3, count.Value));
            return pairs;
        }).ToArray();
        Assert.NotEqual(tests[0], tests[1]);
    }

    [Fact]
    public void Leave_one_out_takes_the_last_event_of_each_user()
    {
        using var place = new Workplace();
        place.Import("events.csv", Events, request => request.Split(new SplitOptions { Split = SplitKind.LeaveOneOut }));
        var test = place.Pairs(DatasetFolder.TestFile);
        Assert.Equal(Users, test.Length);
        Assert.All(test, pair => Assert.True(Days[pair] > 90));
    }

    [Fact]
    public void Leave_one_out_without_times_takes_one_at_random()
    {
        using var place = new Workplace();
        place.Import("events.csv", Events.Replace("time", "colour", StringComparison.Ordinal), request => request.Split(new SplitOptions { Split = SplitKind.LeaveOneOut }));
        var test = place.Pairs(DatasetFolder.TestFile);
        Assert.Equal(Users, test.Select(pair => pair.Split(' ')[0]).Distinct().Count());
        Assert.Contains(test, pair => Days[pair] < 50);
    }

    [Fact]
    public void Time_has_all_training_before_all_tests()
    {
        using var place = new Workplace();
        var counts = place.Import("events.csv", Events, request => request.Split(new SplitOptions { Split = SplitKind.Time, TestShare = 0.25 })).Manifest.Counts;
        var last = place.Pairs(DatasetFolder.TrainFile).Max(pair => Days[pair]);
        var first = place.Pairs(DatasetFolder.TestFile).Min(pair => Days[pair]);
        Assert.True(last < first, $"{last} {first}");
        Assert.Equal(EventTime.Text(first * 86_400_000_000), counts.TestSince);
        Assert.InRange(counts.Test, 150, 180); // a quarter of 600, and the rest of that day
    }

    [Fact]
    public void Time_can_be_given_a_moment_and_leaves_out_what_training_never_met()
    {
        using var place = new Workplace();
        EventTime.TryReadDate("1970-01-11", out var since);
        var counts = place.Import(
            "events.csv",
            "user,item,time\na,x,1970-01-01\nb,x,1970-01-02\na,y,1970-01-10\nb,y,1970-01-11\na,new,1970-01-12\nnew,x,1970-01-12\n",
            request => request.Split(new SplitOptions { Split = SplitKind.Time, TestSince = since })).Manifest.Counts;
        Assert.Equal(["b y"], place.Pairs(DatasetFolder.TestFile));
        Assert.Equal((3, 1, 2), (counts.Train, counts.Test, counts.Cold));
    }

    [Fact]
    public void The_core_of_a_split_by_time_does_not_look_into_the_future()
    {
        // Item y has two users only when test events are counted: a core of 2 must not know it.
        using var place = new Workplace();
        EventTime.TryReadDate("1970-01-11", out var since);
        place.Import(
            "events.csv",
            "user,item,time\na,x,1970-01-01\nb,x,1970-01-02\na,y,1970-01-03\na,z,1970-01-04\nb,z,1970-01-05\nb,y,1970-01-12\n",
            request => request.Split(new SplitOptions { Split = SplitKind.Time, TestSince = since, ItemCore = 2 }));
        Assert.Equal(["a x", "a z", "b x", "b z"], place.AllPairs());
    }

    [Fact]
    public void User_time_has_each_users_training_before_their_tests()
    {
        using var place = new Workplace();
        place.Import("events.csv", Events, request => request.Split(new SplitOptions { Split = SplitKind.UserTime }));
        var train = place.Pairs(DatasetFolder.TrainFile).GroupBy(pair => pair.Split(' ')[0]).ToDictionary(group => group.Key, group => group.Max(pair => Days[pair]));
        var test = place.Pairs(DatasetFolder.TestFile);
        Assert.Equal(2 * Users, test.Length);
        Assert.All(test, pair => Assert.True(Days[pair] > train[pair.Split(' ')[0]]));
    }

    [Fact]
    public void Held_out_users_are_in_files_of_their_own()
    {
        using var place = new Workplace();
        var counts = place.Import("events.csv", Events, request => request.Split(new SplitOptions { Split = SplitKind.Users, NewUserShare = 0.25 })).Manifest.Counts;
        Assert.Equal((Users / 4, Users - (Users / 4)), (counts.NewUsers, counts.Users));
        var known = File.ReadAllLines(Path.Combine(place.Out, EntityNames.UserFile));
        var held = File.ReadAllLines(Path.Combine(place.Out, ImportedFolder.NewUserFolder, EntityNames.UserFile));
        Assert.Empty(known.Intersect(held));
        var history = place.Pairs(ImportedFolder.HistoryFile, ImportedFolder.NewUserFolder);
        var asked = place.Pairs(DatasetFolder.TestFile, ImportedFolder.NewUserFolder);
        Assert.Empty(history.Intersect(asked));
        Assert.All(held, user => Assert.Equal(5, history.Count(pair => pair.StartsWith(user + " ", StringComparison.Ordinal))));
        Assert.All(held, user => Assert.Equal(5, asked.Count(pair => pair.StartsWith(user + " ", StringComparison.Ordinal))));
    }

    [Fact]
    public void Files_named_train_and_test_are_taken_as_they_are()
    {
        using var place = new Workplace();
        var counts = place.Import([place.Write("train.csv", "user,item\na,x\nb,x\na,y\n"), place.Write("test.csv", "user,item\nb,y\na,x\n")]).Manifest.Counts;
        Assert.Equal(["a x", "a y", "b x"], place.Pairs(DatasetFolder.TrainFile));
        Assert.Equal(["b y"], place.Pairs(DatasetFolder.TestFile));
        Assert.Equal(1, counts.InBothFiles);
    }

    [Fact]
    public void Repeats_are_one_pair_at_its_first_time()
    {
        using var place = new Workplace();
        var counts = place.Import(
            "events.csv",
            "user,item,time\na,x,100\na,y,200\na,x,300\nb,x,100\nb,y,200\n",
            request => request.Split(new SplitOptions { Split = SplitKind.LeaveOneOut, KeepCold = true })).Manifest.Counts;
        Assert.Equal(1, counts.Repeats);
        Assert.Equal(["a x", "b x"], place.Pairs(DatasetFolder.TrainFile));
        Assert.Equal(["a y", "b y"], place.Pairs(DatasetFolder.TestFile));
    }

    [Fact]
    public void Thresholds_and_ranges_count_what_they_leave_out()
    {
        using var place = new Workplace();
        EventTime.TryReadDate("2024-01-01", out var since);
        EventTime.TryReadDate("2024-02-01", out var until);
        var counts = place.Import(
            "events.csv",
            "user,item,time,rating,plays\na,x,2024-01-01,5,1\na,x,2024-01-31T23:59:59Z,4,2\na,y,2024-02-01,5,9\nb,x,2023-12-31T23:59Z,5,9\nb,y,2024-01-02,3,9\nb,x,2024-01-03,4,1\nb,z,2024-01-05,4,3\n",
            request => request.Split(new SplitOptions { TestShare = 0 }).Columns(weight: "plays") with { Filter = new EventFilter(4, since, until, 3) }).Manifest.Counts;
        Assert.Equal((7, 1, 2, 1, 1, 2), (counts.Rows, counts.LowRating, counts.OutsideTime, counts.Repeats, counts.LowWeight, counts.Train));
        Assert.Equal(["a x", "b z"], place.AllPairs());
    }

    [Fact]
    public void The_core_is_that_of_a_plain_loop()
    {
        var random = new Random(5);
        for (var round = 0; round < 6; round++)
        {
            var pairs = Enumerable.Range(0, 120).Select(_ => (User: random.Next(25), Item: random.Next(20))).Distinct().ToList();
            using var place = new Workplace();
            var text = "user,item\n" + string.Concat(pairs.Select(pair => $"u{pair.User},i{pair.Item}\n"));
            for (var before = -1; before != pairs.Count;)
            {
                before = pairs.Count;
                pairs = [.. pairs.Where(pair => pairs.Count(other => other.User == pair.User) >= 4)];
                pairs = [.. pairs.Where(pair => pairs.Count(other => other.Item == pair.Item) >= 3)];
            }

            Assert.NotEmpty(pairs);
            place.Import("events.csv", text, request => request.Split(new SplitOptions { UserCore = 4, ItemCore = 3, KeepCold = true }));
            Assert.Equal(pairs.Select(pair => $"u{pair.User} i{pair.Item}").Order(StringComparer.Ordinal), place.AllPairs());
        }
    }
}
