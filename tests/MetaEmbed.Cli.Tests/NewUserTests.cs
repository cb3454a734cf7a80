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

        Directory.Delete(folder["data/new-users"], recursive: true);
        Assert.Contains("has no held-out users; import the events with --split users", Metaembed.Mistake("evaluate", "--run", folder["run"], "--data", folder["data"], "--split", "new-users"), StringComparison.Ordinal);
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
