using MetaEmbed.Inference.Kernels;
using MetaEmbed.Inference.Ranking;

namespace MetaEmbed.Inference;

/// <content>Many lists at once.</content>
public sealed partial class Recommender
{
    // Four tiles of users share each panel while it is in the cache.
    private const int UsersAtATime = 4 * ScoreTile.Users;

    /// <summary>
    /// Lists for many users or histories, several times as fast as one after the other; the lists have the same bits, at any
    /// number of threads. Allocates.
    /// </summary>
    /// <param name="requests">One for each list.</param>
    /// <param name="k">Length of the lists.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <param name="cancellation">Ends it within a few users.</param>
    /// <returns>The lists, in the order of the requests.</returns>
    /// <exception cref="UserMistakeException">A request names a user or an item that does not exist, k is not positive, or a row is damaged.</exception>
    public Recommendation[][] RecommendMany(
        IReadOnlyList<RecommendationRequest> requests, int k, int threads = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        if (k < 1)
            throw new UserMistakeException($"k {k} is not positive", "give a whole number from 1");
        var lists = new Recommendation[requests.Count][];
        using var call = Enter();
        var blocks = (requests.Count + UsersAtATime - 1) / UsersAtATime;
        var degree = threads == 0 ? Environment.ProcessorCount : threads;
        if (degree == 1 || blocks <= 1)
        {
            for (var block = 0; block < blocks; block++)
                RankBlock(requests, block * UsersAtATime, k, lists, cancellation);
            return lists;
        }

        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = degree, CancellationToken = cancellation };
            Parallel.For(0, blocks, options, block => RankBlock(requests, block * UsersAtATime, k, lists, cancellation));
        }
        catch (AggregateException failures)
        {
            // One mistake is told, the first in the order of the requests' blocks or any other: all are true.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        return lists;
    }

    private void RankBlock(IReadOnlyList<RecommendationRequest> requests, int first, int k, Recommendation[][] lists, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var count = Math.Min(UsersAtATime, requests.Count - first);
        var taken = new List<(int Index, RankingScratch Scratch)>(count);
        var list = new Recommendation[Math.Min(k, ItemCount)];
        try
        {
            for (var index = first; index < first + count; index++)
            {
                var request = requests[index];
                var scratch = _pool.Take();
                taken.Add((index, scratch));
                var known = request.User >= 0 ? LoadUser(request.User, scratch) : LoadHistory(request.History.Span, scratch);
                if (!known && _parts.Popular.Length > 0)
                {
                    lists[index] = list[..MostPopular(scratch, list, request.Filter())];
                    taken.RemoveAt(taken.Count - 1);
                    _pool.Give(scratch);
                    continue;
                }

                _parts.Items.Check(scratch.User);
                Begin(scratch, k, request.Filter());
            }

            if (taken.Count > 0)
                _parts.Items.Scan.Best(taken.ConvertAll(pair => pair.Scratch).ToArray());
            foreach (var (index, scratch) in taken)
                lists[index] = list[..scratch.Finish(list)];
        }
        finally
        {
            foreach (var (_, scratch) in taken)
                _pool.Give(scratch);
        }
    }
}
