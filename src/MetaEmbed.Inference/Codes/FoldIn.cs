using MetaEmbed.Inference.Files;

namespace MetaEmbed.Inference.Codes;

/// <summary>What the sum over a history is divided by.</summary>
internal enum FoldInRule
{
    /// <summary>sqrt(|J|): one propagation over the plain graph.</summary>
    Root,

    /// <summary>sqrt(sqrt(|J|) sum of p_j): one propagation over the graph expanded by meta-embeddings.</summary>
    Expanded,
}

/// <summary>
/// A user's row from the items J of their history, without any row of users:
/// <code>
/// root:     h_u = scale / sqrt(|J|) * sum of w_j h_j
/// expanded: h_u = scale / sqrt(sqrt(|J|) sum of p_j) * sum of w_j h_j,   j in J
/// </code>
/// It is one step of the model's propagation with the layers of an item taken as L + 1 times its mean row h_j
/// (docs/file-format.md derives it). The rule is the text <c>fold.rule</c>, w_j is <c>fold.weights</c>, p_j is
/// <c>fold.shares</c> (w_j where the file has none), scale is <c>fold.scale</c> F32 [1].
/// </summary>
internal sealed class FoldIn
{
    private readonly FoldInRule _rule;
    private readonly float[] _weights;
    private readonly float[] _shares;
    private readonly float _scale;

    private FoldIn(FoldInRule rule, float[] weights, float[] shares, float scale)
    {
        _rule = rule;
        _weights = weights;
        _shares = shares;
        _scale = scale;
    }

    /// <summary>Reads the weights; null where the file has none.</summary>
    /// <exception cref="UserMistakeException">A tensor does not fit, or a number is out of bounds.</exception>
    public static FoldIn? Open(Safetensors file, int items)
    {
        var weights = ByteValues.Read(file, "fold.weights", items);
        if (weights is null)
            return null;
        var rule = ModelFormat.Text(file, "fold.rule") switch
        {
            "root" => FoldInRule.Root,
            "expanded" => FoldInRule.Expanded,
            var other => throw ModelFormat.Damaged(file, $"fold.rule is {SafetensorsHeader.Quote(other ?? "")}; allowed are root and expanded"),
        };
        return Of(file, rule, weights, ByteValues.Read(file, "fold.shares", items) ?? weights);
    }

    /// <summary>Takes weights that were computed; the scale is the file's.</summary>
    /// <exception cref="UserMistakeException">A number is out of bounds, or the scale is missing.</exception>
    public static FoldIn Of(Safetensors file, FoldInRule rule, float[] weights, float[] shares)
    {
        var scale = new MappedTensor<float>(file, "fold.scale", 1).Span[0];
        if (!(scale > 0 && scale <= 1e6f))
            throw ModelFormat.Damaged(file, $"fold.scale is {scale}; allowed are numbers above 0 up to 1e6");
        foreach (var weight in weights)
        {
            if (!(Math.Abs(weight) <= 1e6f))
                throw ModelFormat.Damaged(file, $"a fold-in weight is {weight}; allowed are numbers from -1e6 to 1e6");
        }

        foreach (var share in rule == FoldInRule.Expanded ? shares : [])
        {
            if (!(share is >= 1e-12f and <= 1e6f))
                throw ModelFormat.Damaged(file, $"a fold-in share is {share}; allowed are numbers from 1e-12 to 1e6");
        }

        return new FoldIn(rule, weights, shares, scale);
    }

    /// <summary>What each item's row counts for in the row of a user with these items: h_u = sum of factor times h_j.</summary>
    /// <param name="history">The items, each once.</param>
    /// <param name="factors">Gets one for each.</param>
    public void Factors(ReadOnlySpan<int> history, Span<float> factors)
    {
        var shares = 0f;
        foreach (var item in history)
            shares += _shares[item];
        var scale = _scale / (_rule == FoldInRule.Root ? MathF.Sqrt(history.Length) : MathF.Sqrt(MathF.Sqrt(history.Length) * shares));
        for (var i = 0; i < history.Length; i++)
            factors[i] = scale * _weights[history[i]];
    }

    /// <summary>The numbers it goes by.</summary>
    public FoldInDescription Describe() => new(_rule == FoldInRule.Expanded, _weights, _shares, _scale);

    /// <summary>The row of a user with these items.</summary>
    /// <param name="history">A bit for each item; at least one is set.</param>
    /// <param name="items">Rows of items.</param>
    /// <param name="row">Room for one row.</param>
    /// <param name="user">Gets d floats.</param>
    public void Compute(ReadOnlySpan<ulong> history, RowCode items, Span<float> row, Span<float> user)
    {
        user.Clear();
        var count = 0;
        var shares = 0f;
        // Ascending, so that the sum does not depend on the order in which the history is given.
        for (var word = 0; word < history.Length; word++)
        {
            for (var bits = history[word]; bits != 0; bits &= bits - 1)
            {
                var item = (word << 6) + System.Numerics.BitOperations.TrailingZeroCount(bits);
                items.Decode(item, row);
                var weight = _weights[item];
                for (var k = 0; k < user.Length; k++)
                    user[k] = MathF.FusedMultiplyAdd(weight, row[k], user[k]);
                shares += _shares[item];
                count++;
            }
        }

        var scale = _scale / (_rule == FoldInRule.Root ? MathF.Sqrt(count) : MathF.Sqrt(MathF.Sqrt(count) * shares));
        foreach (ref var value in user)
            value *= scale;
    }
}
