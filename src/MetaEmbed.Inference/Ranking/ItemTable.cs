using MetaEmbed.Inference.Codes;

namespace MetaEmbed.Inference.Ranking;

/// <summary>The items of a model: rows, biases, and, from the first ranking on, what scores them, which all threads share.</summary>
internal sealed class ItemTable : IDisposable
{
    // A row so short that 1 / |h_i| would not be finite counts as zero.
    private const double SmallestSquare = 1e-76;

    private readonly Lock _gate = new();
    private readonly float[] _bias;
    private readonly Func<string, Exception> _damaged;
    private readonly Func<float?> _userNorm;
    private readonly float _largestBias;
    private volatile ItemScan? _scan;
    private volatile float[]? _inverseNorms;

    /// <param name="rows">Rows.</param>
    /// <param name="bias">A finite bias for each item; null for none.</param>
    /// <param name="damaged">Makes the mistake of a damaged file.</param>
    /// <param name="userNorm">About the norm of a user's row; null where nothing is known of it. Asked at the first ranking.</param>
    public ItemTable(RowCode rows, float[]? bias, Func<string, Exception> damaged, Func<float?> userNorm)
    {
        Rows = rows;
        _bias = bias ?? [];
        _damaged = damaged;
        _userNorm = userNorm;
        foreach (var value in _bias)
            _largestBias = Math.Max(_largestBias, Math.Abs(value));
    }

    public RowCode Rows { get; }

    /// <summary>What scores the items; made by the first caller, while others wait.</summary>
    /// <exception cref="UserMistakeException">A row is damaged.</exception>
    public ItemScan Scan => _scan ?? Make();

    /// <summary>1 / |h_i| of each item, finite; 0 for a zero row.</summary>
    public float[] InverseNorms => _inverseNorms ?? Norms();

    public float Bias(int item) => _bias.Length == 0 ? 0 : _bias[item];

    /// <summary>Refuses a user's row with which a score might not be finite.</summary>
    public void Check(ReadOnlySpan<float> user)
    {
        var items = Scan.Largest;
        var largest = 0f;
        foreach (var value in user)
            largest = float.IsFinite(value) ? Math.Max(largest, Math.Abs(value)) : float.PositiveInfinity;
        if (!((double)largest * items * user.Length + _largestBias <= 1e38))
            throw _damaged($"holds rows so large that a score would leave the range of 32-bit floats (items reach {items}, a user {largest}, biases {_largestBias})");
    }

    public void Dispose() => _scan?.Dispose();

    private ItemScan Make()
    {
        lock (_gate)
            return _scan ??= Rows is AdditiveCode codes ? new LookupScan(codes, _bias)
                : BoundScan.Pays(Rows.Rows, Rows.Dimension) ? new BoundScan(Rows, _bias, _userNorm(), _damaged)
                : new PanelScan(Rows, _bias, _damaged);
    }

    private float[] Norms()
    {
        var norms = new float[Rows.Rows];
        var row = new float[Rows.Dimension];
        for (var item = 0; item < norms.Length; item++)
        {
            Rows.Decode(item, row);
            var sum = 0.0;
            foreach (var value in row)
                sum += (double)value * value;
            norms[item] = sum > SmallestSquare ? (float)(1 / Math.Sqrt(sum)) : 0;
        }

        _inverseNorms = norms;
        return norms;
    }
}
