using System.Globalization;
using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Tests.Export;

/// <summary>
/// Files of every format version that was ever written, kept for good, and the lists that they gave then. A sample is added
/// with a version; none is ever written anew.
/// </summary>
public sealed class KeptSampleTests
{
    private const string Prefix = "Samples/";
    private static readonly int[][] Histories = [[3], [1, 17, 30, 42], [49, 0]];

    public static TheoryData<string> Samples =>
        [.. typeof(KeptSampleTests).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(".metaembed", StringComparison.Ordinal))];

    [Fact]
    public void There_is_a_sample_of_every_kind() =>
        Assert.Equal(["Samples/v1-device.metaembed", "Samples/v1-exact.metaembed", "Samples/v1-table.metaembed"], Samples.Select(row => row.Data).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_gives_the_lists_it_gave_when_it_was_kept(string sample)
    {
        using var recommender = Recommender.Read(Resource(sample), sample);
        using var lines = new StringReader(System.Text.Encoding.UTF8.GetString(Resource(Path.ChangeExtension(sample, ".txt"))));
        foreach (var (name, list) in Lists(recommender))
        {
            var kept = lines.ReadLine()!.Split(' ');
            Assert.Equal(kept[0], name);
            Assert.Equal(kept.Length - 1, list.Length);
            for (var i = 0; i < list.Length; i++)
            {
                var parts = kept[i + 1].Split(':');
                Assert.Equal(parts[0], $"{list[i].Item}");
                Assert.Equal(float.Parse(parts[1], CultureInfo.InvariantCulture), list[i].Score, 1e-5f);
            }
        }

        Assert.Null(lines.ReadLine());
        Assert.Equal("item ü1", recommender.ItemName(1));
    }

    /// <summary>Not a test: writes the samples of the present version into the folder that METAEMBED_SAMPLES names.</summary>
    [Fact(Explicit = true)]
    public void Write_samples()
    {
        var folder = Environment.GetEnvironmentVariable("METAEMBED_SAMPLES")!;
        using var run = new SmallRun();
        foreach (var (kind, code) in new[] { (ModelFileKind.Device, "rq-1+pq-4"), (ModelFileKind.Table, "int8"), (ModelFileKind.Exact, null) })
        {
            var name = $"v1-{kind.ToString().ToLowerInvariant()}";
            ModelExport.Execute(new ExportRequest(run.Run, run[name + ".metaembed"], kind) { Code = code, Threads = 1 });
            File.Copy(run[name + ".metaembed"], Path.Combine(folder, name + ".metaembed"));
            using var recommender = Recommender.Open(run[name + ".metaembed"]);
            var lines = Lists(recommender).Select(list => string.Join(' ', list.List.Select(Entry).Prepend(list.Name)));
            File.WriteAllText(Path.Combine(folder, name + ".txt"), string.Join('\n', lines) + "\n");
        }

        static string Entry(Recommendation entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Item}:{entry.Score:R}");
    }

    private static List<(string Name, Recommendation[] List)> Lists(Recommender recommender)
    {
        var lists = new List<(string, Recommendation[])>();
        var best = new Recommendation[6];
        for (var h = 0; h < Histories.Length; h++)
            lists.Add(($"history-{h}", best[..recommender.RecommendFromHistory(Histories[h], best)]));
        lists.Add(("popular", best[..recommender.RecommendFromHistory([], best)]));
        lists.Add(("similar-9", best[..recommender.SimilarItems(9, best)]));
        for (var user = 0; user < recommender.UserCount; user += 20)
            lists.Add(($"user-{user}", best[..recommender.Recommend(user, best)]));
        return lists;
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(KeptSampleTests).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
