using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>
/// One block of the sampled softmax: P positives, J shared negatives, D columns. Three dense products in register tiles,
/// scores (P x J over D), gradient of the users (P x D over J) and of the negatives (J x D over P); an element is one
/// chain of multiply-adds in a fixed order. Holds the scratch memory of a thread.
/// </summary>
/// <typeparam name="TLanes">Sixteen lanes on this machine's vectors.</typeparam>
internal sealed unsafe class SoftmaxBlock<TLanes> : IDisposable
    where TLanes : struct, ISixteenLanes<TLanes>
{
    /// <summary>Negatives of a group: four vectors.</summary>
    private const int Group = 64;

    /// <summary>Rows of a scoring tile: four by four accumulators.</summary>
    private const int ScoreRows = 4;

    private readonly int _dimension;
    private readonly int _shared;
    private readonly int _stride;
    private readonly Matrix _panel;
    private readonly Matrix _slopes;
    private readonly Matrix _offsets;

    /// <param name="positives">Most positives, P.</param>
    /// <param name="shared">J.</param>
    /// <param name="dimension">D, a multiple of 64.</param>
    internal SoftmaxBlock(int positives, int shared, int dimension)
    {
        _dimension = dimension;
        _shared = shared;
        _stride = (shared + Group - 1) / Group * Group;
        _panel = new Matrix(_stride, dimension);
        _slopes = new Matrix(positives, _stride);
        _offsets = new Matrix(1, _stride);
    }

    /// <summary>P of this block.</summary>
    internal int Count { get; set; }

    /// <summary>Row of each positive's user.</summary>
    internal float** Users { get; set; }

    /// <summary>Row of each positive.</summary>
    internal float** Positives { get; set; }

    /// <summary>Row of each negative, J long.</summary>
    internal float** Negatives { get; set; }

    /// <summary>What is added to the score of each positive.</summary>
    internal float* PositiveOffsets { get; set; }

    /// <summary>What is added to the score of each negative.</summary>
    internal float* NegativeOffsets { get; set; }

    /// <summary>Loss and gradients of the block.</summary>
    /// <param name="inverseTemperature">1 / tau.</param>
    /// <param name="share">1 / (B tau).</param>
    /// <param name="userGradient">Receives sum_j g_j h_j of each positive's user, P x D.</param>
    /// <param name="positiveSlopes">Receives g_p of each positive.</param>
    /// <param name="negativeGradient">Receives sum over the positives of g_j h_u, J x D.</param>
    /// <param name="negativeSlopes">Receives sum over the positives of g_j, J long.</param>
    /// <returns>The sum of the losses.</returns>
    internal double Compute(
        float inverseTemperature, float share, float* userGradient, float* positiveSlopes, float* negativeGradient, float* negativeSlopes)
    {
        Pack();
        new ReadOnlySpan<float>(NegativeOffsets, _shared).CopyTo(_offsets.Row(0));
        for (var row = 0; row < Count; row += ScoreRows)
            Score(row);
        var loss = 0.0;
        for (var row = 0; row < Count; row++)
            loss += Softmax(row, inverseTemperature, share, positiveSlopes + row);

        // Rows past the end repeat the last one, with the same values.
        for (var column = 0; column < _dimension; column += Group)
        {
            for (var row = 0; row < Count; row += 6)
                Product(Negatives, _shared, _slopes.Pointer, _stride, 1, row, Count, column, userGradient, positiveSlopes);
            for (var j = 0; j < _shared; j += 6)
                Product(Users, Count, _slopes.Pointer, 1, _stride, j, _shared, column, negativeGradient, null);
        }

        for (var j = 0; j < _shared; j++)
        {
            var sum = 0f;
            for (var row = 0; row < Count; row++)
                sum += _slopes.Pointer[(long)row * _stride + j];
            negativeSlopes[j] = sum;
        }

        return loss;
    }

    public void Dispose()
    {
        _panel.Dispose();
        _slopes.Dispose();
        _offsets.Dispose();
    }

    /// <summary>Negatives as groups of 64 columns: element k of negative j of a group lies at k * 64 + j.</summary>
    private void Pack()
    {
        for (var j = 0; j < _shared; j++)
        {
            var source = Negatives[j];
            var target = _panel.Pointer + (long)(j / Group) * _dimension * Group + j % Group;
            for (var k = 0; k < _dimension; k++)
                target[(long)k * Group] = source[k];
        }
    }

    /// <summary>Dot products of up to four users with all negatives.</summary>
    private void Score(int row)
    {
        var last = Count - 1;
        var u0 = Users[row];
        var u1 = Users[Math.Min(row + 1, last)];
        var u2 = Users[Math.Min(row + 2, last)];
        var u3 = Users[Math.Min(row + 3, last)];
        for (var group = 0; group < _stride / Group; group++)
        {
            var panel = _panel.Pointer + (long)group * _dimension * Group;
            TLanes a0 = TLanes.Zero, a1 = TLanes.Zero, a2 = TLanes.Zero, a3 = TLanes.Zero;
            TLanes b0 = TLanes.Zero, b1 = TLanes.Zero, b2 = TLanes.Zero, b3 = TLanes.Zero;
            TLanes c0 = TLanes.Zero, c1 = TLanes.Zero, c2 = TLanes.Zero, c3 = TLanes.Zero;
            TLanes d0 = TLanes.Zero, d1 = TLanes.Zero, d2 = TLanes.Zero, d3 = TLanes.Zero;
            for (var k = 0; k < _dimension; k++, panel += Group)
            {
                var n0 = TLanes.Load(panel);
                var n1 = TLanes.Load(panel + 16);
                var n2 = TLanes.Load(panel + 32);
                var n3 = TLanes.Load(panel + 48);
                var x = TLanes.All(u0[k]);
                a0 = TLanes.MultiplyAdd(x, n0, a0);
                a1 = TLanes.MultiplyAdd(x, n1, a1);
                a2 = TLanes.MultiplyAdd(x, n2, a2);
                a3 = TLanes.MultiplyAdd(x, n3, a3);
                x = TLanes.All(u1[k]);
                b0 = TLanes.MultiplyAdd(x, n0, b0);
                b1 = TLanes.MultiplyAdd(x, n1, b1);
                b2 = TLanes.MultiplyAdd(x, n2, b2);
                b3 = TLanes.MultiplyAdd(x, n3, b3);
                x = TLanes.All(u2[k]);
                c0 = TLanes.MultiplyAdd(x, n0, c0);
                c1 = TLanes.MultiplyAdd(x, n1, c1);
                c2 = TLanes.MultiplyAdd(x, n2, c2);
                c3 = TLanes.MultiplyAdd(x, n3, c3);
                x = TLanes.All(u3[k]);
                d0 = TLanes.MultiplyAdd(x, n0, d0);
                d1 = TLanes.MultiplyAdd(x, n1, d1);
                d2 = TLanes.MultiplyAdd(x, n2, d2);
                d3 = TLanes.MultiplyAdd(x, n3, d3);
            }

            var target = _slopes.Pointer + group * Group;
            Store(target + (long)row * _stride, a0, a1, a2, a3);
            Store(target + (long)Math.Min(row + 1, last) * _stride, b0, b1, b2, b3);
            Store(target + (long)Math.Min(row + 2, last) * _stride, c0, c1, c2, c3);
            Store(target + (long)Math.Min(row + 3, last) * _stride, d0, d1, d2, d3);
        }
    }

    /// <summary>From the scores of a row to its slopes, in place; returns the loss of the row.</summary>
    private double Softmax(int row, float inverseTemperature, float share, float* positiveSlope)
    {
        var scores = _slopes.Pointer + (long)row * _stride;
        var user = Users[row];
        var positive = Positives[row];
        var dot = TLanes.Zero;
        for (var k = 0; k < _dimension; k += 16)
            dot = TLanes.MultiplyAdd(TLanes.Load(user + k), TLanes.Load(positive + k), dot);
        var score = (TLanes.Sum(dot) + PositiveOffsets[row]) * inverseTemperature;

        var scale = TLanes.All(inverseTemperature);
        var largest = TLanes.All(score);
        for (var j = _shared; j < _stride; j++)
            scores[j] = float.NegativeInfinity;
        for (var j = 0; j < _stride; j += 16)
        {
            var z = (TLanes.Load(scores + j) + TLanes.Load(_offsets.Pointer + j)) * scale;
            TLanes.Store(scores + j, z);
            largest = TLanes.Max(largest, z);
        }

        var lanes = stackalloc float[16];
        TLanes.Store(lanes, largest);
        var top = lanes[0];
        for (var lane = 1; lane < 16; lane++)
            top = Math.Max(top, lanes[lane]);
        var shift = TLanes.All(top);
        var sum = TLanes.Zero;
        for (var j = 0; j < _stride; j += 16)
        {
            var e = Elementary.Exp(TLanes.Load(scores + j) - shift);
            TLanes.Store(scores + j, e);
            if (j + 16 > _shared)
            {
                for (var tail = _shared; tail < j + 16; tail++)
                    scores[tail] = 0;
                e = TLanes.Load(scores + j);
            }

            sum += e;
        }

        TLanes.Store(lanes, Elementary.Exp(TLanes.All(score) - shift));
        var own = lanes[0];
        var total = TLanes.Sum(sum) + own;
        var weight = TLanes.All(share / total);
        for (var j = 0; j < _stride; j += 16)
            TLanes.Store(scores + j, TLanes.Load(scores + j) * weight);
        *positiveSlope = share * (own / total - 1);
        return ElementaryDouble.Log(total) + (top - (double)score);
    }

    /// <summary>
    /// Six rows of a gradient, 64 columns: sum over k of slope(row, k) times row k of <paramref name="terms"/>; for users
    /// also g_p h_p.
    /// </summary>
    /// <param name="terms">The rows that are summed.</param>
    /// <param name="count">How many.</param>
    /// <param name="slopes">The slopes.</param>
    /// <param name="rowStride">From a row of the gradient to the next, in the slopes.</param>
    /// <param name="termStride">From a term to the next, in the slopes.</param>
    /// <param name="row">First row.</param>
    /// <param name="rows">Rows of the gradient; those past the end repeat the last.</param>
    /// <param name="column">First column.</param>
    /// <param name="gradient">The gradient, rows x D.</param>
    /// <param name="positiveSlopes">g_p of each row, or null.</param>
    private void Product(
        float** terms, int count, float* slopes, int rowStride, int termStride, int row, int rows, int column, float* gradient, float* positiveSlopes)
    {
        var last = rows - 1;
        var (r1, r2, r3, r4, r5) = (
            Math.Min(row + 1, last), Math.Min(row + 2, last), Math.Min(row + 3, last), Math.Min(row + 4, last), Math.Min(row + 5, last));
        var s0 = slopes + (long)row * rowStride;
        var s1 = slopes + (long)r1 * rowStride;
        var s2 = slopes + (long)r2 * rowStride;
        var s3 = slopes + (long)r3 * rowStride;
        var s4 = slopes + (long)r4 * rowStride;
        var s5 = slopes + (long)r5 * rowStride;
        Start(row, out var a0, out var a1, out var a2, out var a3);
        Start(r1, out var b0, out var b1, out var b2, out var b3);
        Start(r2, out var c0, out var c1, out var c2, out var c3);
        Start(r3, out var d0, out var d1, out var d2, out var d3);
        Start(r4, out var e0, out var e1, out var e2, out var e3);
        Start(r5, out var f0, out var f1, out var f2, out var f3);
        long at = 0;
        for (var k = 0; k < count; k++, at += termStride)
        {
            var term = terms[k] + column;
            var t0 = TLanes.Load(term);
            var t1 = TLanes.Load(term + 16);
            var t2 = TLanes.Load(term + 32);
            var t3 = TLanes.Load(term + 48);
            var x = TLanes.All(s0[at]);
            a0 = TLanes.MultiplyAdd(x, t0, a0);
            a1 = TLanes.MultiplyAdd(x, t1, a1);
            a2 = TLanes.MultiplyAdd(x, t2, a2);
            a3 = TLanes.MultiplyAdd(x, t3, a3);
            x = TLanes.All(s1[at]);
            b0 = TLanes.MultiplyAdd(x, t0, b0);
            b1 = TLanes.MultiplyAdd(x, t1, b1);
            b2 = TLanes.MultiplyAdd(x, t2, b2);
            b3 = TLanes.MultiplyAdd(x, t3, b3);
            x = TLanes.All(s2[at]);
            c0 = TLanes.MultiplyAdd(x, t0, c0);
            c1 = TLanes.MultiplyAdd(x, t1, c1);
            c2 = TLanes.MultiplyAdd(x, t2, c2);
            c3 = TLanes.MultiplyAdd(x, t3, c3);
            x = TLanes.All(s3[at]);
            d0 = TLanes.MultiplyAdd(x, t0, d0);
            d1 = TLanes.MultiplyAdd(x, t1, d1);
            d2 = TLanes.MultiplyAdd(x, t2, d2);
            d3 = TLanes.MultiplyAdd(x, t3, d3);
            x = TLanes.All(s4[at]);
            e0 = TLanes.MultiplyAdd(x, t0, e0);
            e1 = TLanes.MultiplyAdd(x, t1, e1);
            e2 = TLanes.MultiplyAdd(x, t2, e2);
            e3 = TLanes.MultiplyAdd(x, t3, e3);
            x = TLanes.All(s5[at]);
            f0 = TLanes.MultiplyAdd(x, t0, f0);
            f1 = TLanes.MultiplyAdd(x, t1, f1);
            f2 = TLanes.MultiplyAdd(x, t2, f2);
            f3 = TLanes.MultiplyAdd(x, t3, f3);
        }

        var target = gradient + column;
        Store(target + (long)row * _dimension, a0, a1, a2, a3);
        Store(target + (long)r1 * _dimension, b0, b1, b2, b3);
        Store(target + (long)r2 * _dimension, c0, c1, c2, c3);
        Store(target + (long)r3 * _dimension, d0, d1, d2, d3);
        Store(target + (long)r4 * _dimension, e0, e1, e2, e3);
        Store(target + (long)r5 * _dimension, f0, f1, f2, f3);

        void Start(int r, out TLanes w, out TLanes x, out TLanes y, out TLanes z)
        {
            w = x = y = z = TLanes.Zero;
            if (positiveSlopes is null)
                return;
            var g = TLanes.All(positiveSlopes[r]);
            var own = Positives[r] + column;
            w = g * TLanes.Load(own);
            x = g * TLanes.Load(own + 16);
            y = g * TLanes.Load(own + 32);
            z = g * TLanes.Load(own + 48);
        }
    }

    private static void Store(float* target, TLanes a, TLanes b, TLanes c, TLanes d)
    {
        TLanes.Store(target, a);
        TLanes.Store(target + 16, b);
        TLanes.Store(target + 32, c);
        TLanes.Store(target + 48, d);
    }
}
