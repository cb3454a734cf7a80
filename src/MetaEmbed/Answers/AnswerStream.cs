using MetaEmbed.Inference;

namespace MetaEmbed.Answers;

/// <summary>Lists for many users, some thousands at a time, so that memory does not grow with their number.</summary>
public static class AnswerStream
{
    private const int UsersAtATime = 4096;

    /// <summary>The lists of a run of users, in pieces, in order.</summary>
    /// <param name="source">Who answers.</param>
    /// <param name="users">Whose.</param>
    /// <param name="options">What the lists may hold; popular items stand in for users unknown.</param>
    /// <param name="first">The first user.</param>
    /// <param name="count">How many.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <param name="cancellation">Stops it within some users.</param>
    public static IEnumerable<Answer[]> Of(
        AnswerSource source, AskedUsers users, AnswerOptions options, int first, int count, int threads, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(users);
        var popular = users.UnknownCount > 0 ? source.Popular(options) : [];
        for (var at = first; at < first + count; at += UsersAtATime)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Piece(source, users, options, popular, at, Math.Min(UsersAtATime, first + count - at), threads, cancellation);
        }
    }

    private static Answer[] Piece(
        AnswerSource source, AskedUsers users, AnswerOptions options, Recommendation[] popular, int first, int count, int threads, CancellationToken cancellation)
    {
        var requests = new List<RecommendationRequest>(count);
        for (var index = first; index < first + count; index++)
        {
            if (users.IdOf(index) is >= 0 and var user)
                requests.Add(source.ForUser(user, options));
        }

        var lists = source.Model.RecommendMany(requests, options.Length, threads, cancellation);
        var answers = new Answer[count];
        var next = 0;
        for (var i = 0; i < count; i++)
        {
            var known = users.IdOf(first + i) >= 0;
            answers[i] = new Answer(users.NameOf(first + i), known ? lists[next++] : popular, known);
        }

        return answers;
    }
}
