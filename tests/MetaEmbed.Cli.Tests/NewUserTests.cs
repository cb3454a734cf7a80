using System.Text.Json;

namespace MetaEmbed.Cli.Tests;

/// <summary>Users held out at import, evaluated by fold-in.</summary>
public sealed class NewUserTests
{
    [Fact]
    public void Held_out_users_are_folded_in_and_found_in_their_cluster()
    {
        using var folder = new TemporaryFolder();
        // Two kinds of users; a user of a kind meets nine of its twelve items.
        var rows = Enumerable.Range(0, 80).SelectMany(user => Enumerable.Range(0, 9).Select(draw => $"u{user},i{((user + (draw * 5)) % 12 * 2) + (user % 2)}\n"));
        var events = folder.Write("events.csv", "user,item\n" + string.Concat(rows));
        Done("import", events, "--out", folder["data"], "--split", "users", "--new-user-share", "0.25");
        Done("train", "--data", folder["data"], "--run", folder["run"], "--coarse-count", "8", "--dimension", "16", "--steps-per-epoch", "20", "--cutoffs", "5,20", "--threads", "1");
        var ofRun = Json("evaluate", "--run", folder["run"], "--data", folder["data"], "--split", "new-users", "--per-user", folder["users.csv"], "--json");
        Assert.Equal(("new-users", 20), (ofRun.GetProperty("split").GetString(), ofRun.GetProperty("users").GetInt32()));
        // Of the 20 items besides the history four or five are asked for; items of the other kind are twelve of them.
        Assert.InRange(ofRun.GetProperty("recall").GetProperty("20").GetDouble(), 0.99, 1);
        Assert.InRange(ofRun.GetProperty("recall").GetProperty("5").GetDouble(), 0.4, 1);
        Assert.Equal(21, File.ReadLines(folder["users.csv"]).Count());

        Done("export", "--run", folder["run"], "--kind", "device", "--code", "float32", "--out", folder["device.metaembed"]);
        var ofFile = Json("evaluate", "--model", folder["device.metaembed"], "--data", folder["data"], "--split", "new-users", "--json");
        Assert.Equal(ofRun.GetProperty("ndcg").GetProperty("20").GetDouble(), ofFile.GetProperty("ndcg").GetProperty("20").GetDouble(), 5);

        var kept = File.ReadAllLines(folder["run/evaluations.csv"]).Where(line => line.Contains(",new-users,", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["all", "head", "tail"], kept.Select(line => line.Split(',')[2]));
        Retrain(folder);

        Directory.Delete(folder["data/new-users"], recursive: true);
        Assert.Contains("has no held-out users; import the events with --split users", Metaembed.Mistake("evaluate", "--run", folder["run"], "--data", folder["data"], "--split", "new-users"), StringComparison.Ordinal);
    }

    // The same users with half of their items in training, and a model trained on that.
    private static void Retrain(TemporaryFolder folder)
    {
        Assert.Contains("write a dataset that has them with 'metaembed data retrain'",
            Metaembed.Mistake("evaluate", "--run", folder["run"], "--data", folder["data"], "--split", "new-users", "--users", "known"), StringComparison.Ordinal);
        var joined = Json("data", "retrain", folder["data"], "--out", folder["again"], "--json");
        var histories = File.ReadAllLines(folder["data/new-users/history.txt"]).Select(line => line.Split(' ')[1..]).ToArray();
        Assert.Equal((80, 20), (joined.GetProperty("users").GetInt32(), histories.Length));
        var trained = File.ReadAllLines(folder["again/train.txt"]);
        Assert.Equal(File.ReadAllLines(folder["data/train.txt"]), trained[..60]);
        Assert.Equal(histories, trained[60..].Select(line => line.Split(' ')[1..]));
        Assert.Equal(File.ReadAllLines(folder["data/new-users/users.txt"]), File.ReadAllLines(folder["again/users.txt"])[60..]);
        Assert.Equal(File.ReadAllText(folder["data/test.txt"]), File.ReadAllText(folder["again/test.txt"]));

        Done("train", "--data", folder["again"], "--run", folder["second"], "--coarse-count", "8", "--dimension", "16", "--steps-per-epoch", "20", "--cutoffs", "5,20", "--threads", "1");
        var own = Json("evaluate", "--run", folder["second"], "--data", folder["again"], "--split", "new-users", "--users", "known", "--json");
        Assert.Equal(("new-users-known", 20), (own.GetProperty("split").GetString(), own.GetProperty("users").GetInt32()));
        Assert.InRange(own.GetProperty("recall").GetProperty("20").GetDouble(), 0.99, 1);
        Assert.InRange(own.GetProperty("recall").GetProperty("5").GetDouble(), 0.4, 1);
        Done("export", "--run", folder["second"], "--kind", "table", "--code", "float32", "--out", folder["table.metaembed"]);
        var ofTable = Json("evaluate", "--model", folder["table.metaembed"], "--data", folder["again"], "--split", "new-users", "--users", "known", "--json");
        Assert.Equal(own.GetProperty("ndcg").GetProperty("20").GetDouble(), ofTable.GetProperty("ndcg").GetProperty("20").GetDouble(), 5);
        Assert.Equal(["new-users-known"], File.ReadAllLines(folder["second/evaluations.csv"]).Select(line => line.Split(',')[1]).Where(split => split.StartsWith("new", StringComparison.Ordinal)).Distinct());
        Assert.Contains("among the training users already", Metaembed.Mistake("data", "retrain", folder["again"], "--out", folder["third"]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["third"]));
    }

    private static void Done(params string[] args)
    {
        var outcome = Metaembed.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
    }

    private static JsonElement Json(params string[] args)
    {
        var outcome = Metaembed.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return JsonDocument.Parse(outcome.OutputLines[^1]).RootElement;
    }
}
