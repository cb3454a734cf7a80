using MetaEmbed.Data;
using MetaEmbed.Explanations;
using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Tests.Experiments;

namespace MetaEmbed.Tests.Explanations;

public sealed class CodebookTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Run => Path.Combine(_folder.Root, "run");

    [Fact]
    public void Use_is_counted_from_the_assignment()
    {
        CoarseRuns.Train(_folder.Root, "run", CoarseRuns.Options);
        var codebook = Codebook.Of(Run, null, null, 1);
        using var model = OpenedModel.Open(Run, null, 1);
        var assignment = model.Coarse!;
        Assert.Equal(9, codebook.Coarse.Count);
        foreach (var meta in codebook.Coarse)
        {
            var members = Enumerable.Range(0, assignment.Rows)
                .Where(entity => Enumerable.Range(entity * assignment.PerRow, assignment.PerRow).Any(i => assignment.Picks[i] == meta.Number && assignment.Weights[i] > 0)).ToList();
            Assert.Equal(members.Count(entity => entity < model.UserCount), meta.Users);
            Assert.Equal(members.Count(entity => entity >= model.UserCount), meta.Items);
            Assert.Equal(members.Count == 0, meta.IsDead);
            Assert.Equal(meta.IsDead, meta.Name == "unused");
            Assert.All(meta.Typical, item => Assert.Contains(model.UserCount + item, members));
        }

        Assert.Equal(1, codebook.Coarse.Sum(meta => meta.Share), 1e-9);
        Assert.InRange(codebook.Effective, 1, codebook.InUse);
        Assert.Empty(codebook.Fine);
    }

    [Fact]
    public void Names_come_from_the_planted_kinds()
    {
        CoarseRuns.Train(_folder.Root, "run", CoarseRuns.Options with { MaxEpochs = 30 });
        var kinds = SyntheticDataset.PlantedClusters(5, 10, 10, heldOut: 3, seed: 3).ItemCluster;
        var fields = new ItemFields(["item", "kind"], [[.. kinds.Select((_, item) => $"i{item}")], [.. kinds.Select(kind => $"kind {kind}|thing")]]);
        var codebook = Codebook.Of(Run, null, fields, 1);
        var named = codebook.Coarse.Where(meta => meta.Items >= 3 && meta.Terms.Count > 0).ToList();
        Assert.True(named.Count >= 4);
        foreach (var meta in named)
        {
            Assert.StartsWith("kind ", meta.Name, StringComparison.Ordinal);
            Assert.All(meta.Terms, term => Assert.True(term.Within > term.Overall && term.Field == "kind" && term.Term != "thing"));
        }
    }

    [Fact]
    public void A_model_without_meta_embeddings_is_refused()
    {
        CoarseRuns.Train(_folder.Root, "run", CoarseRuns.Options with { Model = ModelKind.Table, MaxEpochs = 2 });
        Assert.Contains("has no meta-embeddings", Assert.Throws<UserMistakeException>(() => Codebook.Of(Run, null, null, 1)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private sealed class TemporaryFolder : IDisposable
    {
        public string Root { get; } = Directory.CreateTempSubdirectory("metaembed-").FullName;

        public void Dispose() => Directory.Delete(Root, recursive: true);
    }
}
