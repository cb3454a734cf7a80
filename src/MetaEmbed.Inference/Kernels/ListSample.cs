namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// Guesses the k-th best score of each user from a sample, every sixteenth panel: of k items about k / 16 lie in it, with
/// a standard deviation of sqrt(k / 16). The guess is a score so far down in the sample, two and a half deviations
/// below, that rarely fewer than k items of all reach it.
/// </summary>
internal sealed class ListSample
{
    /// <summary>One panel in so many is in the sample.</summary>
    public const int Every = 16;

    /// <summary>The first panel of the sample.</summary>
    public const int First = Every / 2;

    private readonly TopK[] _lists;
    private readonly float[] _guesses;
    private readonly int[] _items;
    private readonly float[] _scores;
    private bool _open;

    private ListSample(int users, int place)
    {
        _lists = new TopK[users];
        for (var i = 0; i < users; i++)
            _lists[i] = new TopK(place);
        _guesses = new float[users];
        _items = new int[place];
        _scores = new float[place];
    }

    /// <summary>A sample; null where it would not pay: few panels, or lists so short that they soon have their best.</summary>
    /// <param name="panels">Number of panels.</param>
    /// <param name="users">Number of users.</param>
    /// <param name="length">k.</param>
    public static ListSample? For(int panels, int users, int length)
    {
        var place = (int)Math.Ceiling(length / (double)Every + 2.5 * Math.Sqrt(length / (double)Every) + 0.5);
        return length < 10 || panels < 8 * Every || 4 * place > panels * ItemPanels.Width / Every ? null : new ListSample(users, place);
    }

    /// <summary>Begins to take the sample.</summary>
    public void Begin()
    {
        _open = true;
        foreach (var list in _lists)
            list.Clear();
        _guesses.AsSpan().Fill(float.NegativeInfinity);
    }

    /// <summary>A user's list while the sample is taken, else null.</summary>
    public TopK? Open(int user) => _open ? _lists[user] : null;

    /// <summary>Ends the sample of a user.</summary>
    public void End(int user)
    {
        _open = false;
        if (_lists[user].Finish(_items, _scores) == _items.Length)
            _guesses[user] = _scores[^1];
    }

    /// <summary>
    /// Whether fewer than k items reach the guess. All that do have been offered to the list; of the others only some, those
    /// that were above the sample's floor when they came.
    /// </summary>
    /// <param name="user">The user.</param>
    /// <param name="scores">Scores of the user's list, best first.</param>
    /// <param name="length">k.</param>
    public bool TooHigh(int user, ReadOnlySpan<float> scores, int length) =>
        _guesses[user] > float.NegativeInfinity && (scores.Length < length || scores[^1] < _guesses[user]);

    /// <summary>Takes the guess back.</summary>
    public void Forget(int user) => _guesses[user] = float.NegativeInfinity;

    /// <summary>A score below this is below the guess.</summary>
    public float Floor(int user) => _open ? _lists[user].Limit : _guesses[user];
}
