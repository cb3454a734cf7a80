using System.Collections.Concurrent;
using System.Numerics;
using MetaEmbed.Data;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Evaluation;

/// <summary>
/// Ranks the scores of an <see cref="IUserScorer"/>: a task has a few users, whose rows of scores stay in the caches. Of
/// a row only the scores above the k-th best so far are looked at one by one.
/// </summary>
internal sealed unsafe class ScorerRanking(IUserScorer scorer, Interactions exclude, int length) : IRanking
{
    private const int BlockScores = 1 << 17;

    // Scores are looked at in runs of a panel's width; the last run of a row reads beyond it.
    private readonly int _stride = (scorer.ItemCount + ItemPanels.Width - 1) / ItemPanels.Width * ItemPanels.Width;
    private readonly ConcurrentBag<Scratch> _free = [];

    /// <inheritdoc/>
    public void Rank(int[] users, RankedListSink sink, Workers workers, CancellationToken cancellation)
    {
        var block = Math.Clamp(BlockScores / Math.Max(scorer.ItemCount, 1), 1, 64);
        workers.Run((users.Length + block - 1) / block, task =>
        {
            if (cancellation.IsCancellationRequested)
                return;
            if (!_free.TryTake(out var scratch))
                scratch = new Scratch(block * scorer.ItemCount + ItemPanels.Width, length);
            var first = task * block;
            var own = users.AsSpan(first, Math.Min(block, users.Length - first));
            scorer.Score(own, scratch.Scores.AsSpan(0, own.Length * scorer.ItemCount));
            for (var i = 0; i < own.Length; i++)
            {
                var count = Best(own[i], i * scorer.ItemCount, scratch);
                sink(first + i, scratch.Items.AsSpan(0, count), scratch.BestScores.AsSpan(0, count));
            }

            _free.Add(scratch);
        });
        cancellation.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Clear();

    private int Best(int user, int row, Scratch scratch)
    {
        var best = scratch.Best;
        var excluded = exclude.Of(user);
        var next = 0;
        fixed (float* scores = scratch.Scores)
        {
            for (var first = 0; first < _stride; first += ItemPanels.Width)
            {
                var passing = ScoreTile.AboveOrNaN(scores + row + first, best.Limit);
                if (first + ItemPanels.Width > scorer.ItemCount)
                    passing &= (1UL << (scorer.ItemCount - first)) - 1;
                for (; passing != 0; passing &= passing - 1)
                {
                    var item = first + BitOperations.TrailingZeroCount(passing);
                    while (next < excluded.Length && excluded[next] < item)
                        next++;
                    if (next == excluded.Length || excluded[next] != item)
                        best.Add(item, scores[row + item]);
                }
            }
        }

        return best.Finish(scratch.Items, scratch.BestScores);
    }

    /// <summary>What one thread needs.</summary>
    private sealed class Scratch(int scores, int length)
    {
        public readonly float[] Scores = new float[scores];
        public readonly TopK Best = new(length);
        public readonly int[] Items = new int[length];
        public readonly float[] BestScores = new float[length];
    }
}
