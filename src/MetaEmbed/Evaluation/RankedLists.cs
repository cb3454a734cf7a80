namespace MetaEmbed.Evaluation;

/// <summary>The best items of some users, best first.</summary>
public sealed class RankedLists
{
    private readonly int[] _users;
    private readonly int[] _counts;
    private readonly int[] _items;
    private readonly float[] _scores;

    internal RankedLists(int[] users, int length)
    {
        _users = users;
        Length = length;
        _counts = new int[users.Length];
        _items = new int[checked(users.Length * length)];
        _scores = new float[_items.Length];
    }

    /// <summary>The users, in the order asked for.</summary>
    public ReadOnlySpan<int> Users => _users;

    /// <summary>Largest length of a list.</summary>
    public int Length { get; }

    /// <summary>The list of the index-th user: as many items as asked for, or all that are not excluded if those are fewer.</summary>
    /// <param name="index">Index into <see cref="Users"/>.</param>
    public ReadOnlySpan<int> Items(int index) => _items.AsSpan(index * Length, _counts[index]);

    /// <summary>The scores of <see cref="Items"/>.</summary>
    /// <param name="index">Index into <see cref="Users"/>.</param>
    public ReadOnlySpan<float> Scores(int index) => _scores.AsSpan(index * Length, _counts[index]);

    internal void Set(int index, ReadOnlySpan<int> items, ReadOnlySpan<float> scores)
    {
        _counts[index] = items.Length;
        items.CopyTo(_items.AsSpan(index * Length));
        scores.CopyTo(_scores.AsSpan(index * Length));
    }
}
