using MetaEmbed.Inference;
using Microsoft.ML.OnnxRuntime;

namespace MetaEmbed.Interchange.Tests;

/// <summary>What OnnxRuntime says of the graphs is what the reader says of the files.</summary>
public sealed class OnnxTests
{
    public static TheoryData<string> Kinds => ["device", "table", "exact"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Lists_from_a_history_are_those_of_the_reader(string kind)
    {
        using var sample = new Sample(kind);
        OnnxFile.Write(sample.Model, sample["model.onnx"], knownUsers: false);
        using var session = new InferenceSession(sample["model.onnx"]);
        int[][] histories = [[3], [1, 17, 30, 42], [49, 0], [30, 17, 42, 1, 17], [.. Enumerable.Range(5, 30)]];
        foreach (var history in histories)
            Same(sample.Model, session, null, history, 7);
    }

    [Theory]
    [InlineData("table")]
    [InlineData("exact")]
    public void Lists_of_known_users_are_those_of_the_reader(string kind)
    {
        using var sample = new Sample(kind);
        OnnxFile.Write(sample.Model, sample["model.onnx"], knownUsers: true);
        using var session = new InferenceSession(sample["model.onnx"]);
        for (var user = 0; user < sample.Model.UserCount; user += 5)
            Same(sample.Model, session, user, sample.Model.HistoryOf(user).ToArray(), 7);
        Same(sample.Model, session, 1, [], 3);
    }

    [Fact]
    public void An_empty_history_ranks_by_bias()
    {
        using var sample = new Sample("device");
        OnnxFile.Write(sample.Model, sample["model.onnx"], knownUsers: false);
        using var session = new InferenceSession(sample["model.onnx"]);
        var (items, scores) = Run(session, null, [], 4);
        var expected = Enumerable.Range(0, sample.Model.ItemCount).OrderByDescending(sample.Model.ItemBias).Take(4).ToArray();
        Assert.Equal(expected, items.Select(item => (int)item));
        Assert.Equal(expected.Select(sample.Model.ItemBias), scores);
    }

    [Fact]
    public void A_file_without_users_is_refused_for_known_ones()
    {
        using var sample = new Sample("device");
        var mistake = Assert.Throws<UserMistakeException>(() => OnnxFile.Write(sample.Model, sample["model.onnx"], knownUsers: true));
        Assert.Contains("knows no users by id", mistake.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(sample["model.onnx"]));
    }

    private static void Same(Recommender model, InferenceSession session, int? user, int[] history, int k)
    {
        var best = new Recommendation[k];
        var filter = new ItemFilter { Exclude = history, IncludeHistory = true };
        var count = user is { } id ? model.Recommend(id, best, filter) : model.RecommendFromHistory(history, best);
        Assert.Equal(k, count);
        var (items, scores) = Run(session, user, history, k);
        for (var i = 0; i < k; i++)
        {
            Assert.Equal(best[i].Item, items[i]);
            // Sums of d products in other orders.
            Assert.Equal(best[i].Score, scores[i], 1e-4f);
        }
    }

    private static (long[] Items, float[] Scores) Run(InferenceSession session, int? user, int[] history, int k)
    {
        using var met = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(history, item => (long)item), [history.Length]);
        using var length = OrtValue.CreateTensorValueFromMemory(new[] { (long)k }, [1]);
        using var id = OrtValue.CreateTensorValueFromMemory(new[] { (long)(user ?? 0) }, [1]);
        using var options = new RunOptions();
        string[] names = user is null ? ["history", "k"] : ["user", "history", "k"];
        OrtValue[] values = user is null ? [met, length] : [id, met, length];
        using var outputs = session.Run(options, names, values, ["items", "scores"]);
        return (outputs[0].GetTensorDataAsSpan<long>().ToArray(), outputs[1].GetTensorDataAsSpan<float>().ToArray());
    }
}
