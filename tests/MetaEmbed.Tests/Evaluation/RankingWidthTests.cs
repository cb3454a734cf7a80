using MetaEmbed.Evaluation;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Evaluation;

public sealed class RankingWidthTests
{
    [Fact]
    public void Scores_lists_and_metrics_have_the_same_bits_at_every_vector_width() => WidthRunner.AssertSameBits<Probe>();

    /// <summary>A small full ranking with every number of it, and the scores of single users.</summary>
    private sealed unsafe class Probe : IWidthProbe
    {
        public void Run(WidthHash results)
        {
            const int users = 61, items = 333, d = 37;
            using var workers = new Workers(2);
            using var rows = Rows.Random(users + items, d, 1);
            var bias = Rows.Random(1, items, 2).Row(0).ToArray();
            var exclude = Rows.Pairs(users, items, 0.2, 3);
            foreach (var prune in new[] { false, true })
            {
                var lists = FullRanking.TopItems(rows, users, items, bias, exclude, null, 20, prune, workers);
                for (var i = 0; i < users; i++)
                {
                    results.Append(lists.Items(i));
                    results.Append(lists.Scores(i));
                }
            }

            var result = FullRanking.Evaluate(rows, users, items, bias, exclude, Rows.Pairs(users, items, 0.1, 4), new(), workers);
            foreach (var k in result.Cutoffs)
                results.Append([result.Recall[k], result.Ndcg[k], result.Precision[k], result.HitRate[k], result.Mrr[k], result.Map[k]]);

            using var panels = ItemPanels.From(rows.RowRange(users, items), bias, items, d);
            var scores = stackalloc float[ItemPanels.Width];
            for (var p = 0; p < panels.PanelCount; p++)
            {
                ScoreTile.ScoreOne(rows.Pointer, panels.Rows(p), panels.Bias(p), d, scores);
                results.Append(new ReadOnlySpan<float>(scores, ItemPanels.Width));
            }
        }
    }
}
