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
    private int[] _items = [];
    private float[] _scores = [];
    private int _place;
    private bool _open;

    /// <summary>Takes memory.</summary>
    /// <param name="users">Users at most.</param>
    public ListSample(int users)
    {
        _lists = new TopK[users];
        for (var i = 0; i < users; i++)
            _lists[i] = new TopK(1);
        _guesses = new float[users];
    }

    /// <summary>
    /// The place in the sample whose score is the guess; 0 where a sample would not pay: few panels, or lists so short that they
    /// soon have their best.
    /// </summary>
    /// <param name="panels">Number of panels.</param>
    /// <param name="length">k.</param>
    public static int Place(int panels, int length)
    {
        var place = (int)Math.Ceiling(length / (double)Every + 2.5 * Math.Sqrt(length / (double)Every) + 0.5);
        return length < 10 || panels < 8 * Every || 4 * place > panels * ItemPanels.Width / Every ? 0 : place;
    }

    /// <summary>Begins anew, without a guess; false where a sample would not pay, else begins to take it.</summary>
    /// <param name="panels">Number of panels.</param>
    /// <param name="users">Number of users.</param>
    /// <param name="length">k.</param>
    public bool Begin(int panels, int users, int length)
    {
        _guesses.AsSpan(0, users).Fill(float.NegativeInfinity);
        _place = Place(panels, length);
        _open = _place > 0;
        if (!_open)
            return false;
        for (var user = 0; user < users; user++)
            _lists[user].Restart(_place);
        if (_items.Length < _place)
        {
            _items = new int[_place];
            _scores = new float[_place];
        }

        return true;
    }

    /// <summary>A user's list while the sample is taken, else null.</summary>
    public TopK? Open(int user) => _open ? _lists[user] : null;

    /// <summary>Ends the sample of a user.</summary>
    public void End(int user)
    {
        _open = false;
        if (_lists[user].Finish(_items, _scores) == _place)
            _guesses[user] = _scores[_place - 1];
    }

    /// <summary>
    /// Whether fewer than k items reach the guess. All that do have been offered to the list; of the others only some, those
    /// that were above the sample's floor when they came.
    /// </summary>
    /// <param name="user">The user.</param>
    /// <param name="best">The user's list.</param>
    public bool TooHigh(int user, TopK best) => _guesses[user] > float.NegativeInfinity && best.CountFrom(_guesses[user]) < best.Length;

    /// <summary>Takes the guess back.</summary>
    public void Forget(int user) => _guesses[user] = float.NegativeInfinity;

    /// <summary>A score below this is below the guess.</summary>
    public float Floor(int user) => _open ? _lists[user].Limit : _guesses[user];
}
