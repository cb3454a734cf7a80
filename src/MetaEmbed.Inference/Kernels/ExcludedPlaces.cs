namespace MetaEmbed.Inference.Kernels;

/// <summary>The items that users' lists leave out, as places in the order of the panels, ascending for each user.</summary>
/// <param name="users">Users at most.</param>
internal sealed class ExcludedPlaces(int users)
{
    private readonly int[] _start = new int[users + 1];
    private readonly int[] _next = new int[users];
    private int[] _places = [];

    /// <summary>Takes the items of some users.</summary>
    /// <param name="panels">The order.</param>
    /// <param name="excluded">Items.</param>
    /// <param name="own">Which of them are a user's, for each user; or empty.</param>
    public void Load(QuantizedPanels panels, ReadOnlySpan<int> excluded, ReadOnlySpan<Range> own)
    {
        Array.Clear(_start);
        var count = 0;
        for (var user = 0; user < _next.Length; user++)
        {
            var items = user < own.Length ? excluded[own[user]] : default;
            if (_places.Length < count + items.Length)
                Array.Resize(ref _places, 2 * (count + items.Length));
            foreach (var item in items)
                _places[count++] = panels.Place(item);
            _places.AsSpan(_start[user], items.Length).Sort();
            _start[user + 1] = count;
        }

        Rewind();
    }

    /// <summary>Begins again at the first panel.</summary>
    public void Rewind() => _start.AsSpan(0, _next.Length).CopyTo(_next);

    /// <summary>Takes a user's excluded items out of a panel's candidates; panels must come in ascending order.</summary>
    public ulong Without(int user, int panel, ulong candidates)
    {
        var first = panel * ItemPanels.Width;
        var end = _start[user + 1];
        var next = _next[user];
        while (next < end && _places[next] < first)
            next++;
        for (; next < end && _places[next] < first + ItemPanels.Width; next++)
            candidates &= ~(1UL << (_places[next] - first));
        _next[user] = next;
        return candidates;
    }
}
