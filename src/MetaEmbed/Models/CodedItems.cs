using MetaEmbed.Inference.Codes;
using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>
/// A table of items as sums of codewords, the codes of which rest while the codewords are trained:
/// <code>
/// T_i = sum over parts p of W_p[code_p(i)],   dW_p[c] = sum over items i with code_p(i) = c of dT_i
/// </code>
/// each in the columns of its part. Sums go by ascending part and item, so the bits do not depend on the threads.
/// </summary>
internal sealed unsafe class CodedItems : IDisposable
{
    private const int RowsPerTask = 256;
    private const int CodesPerTask = 16;

    private readonly AdditiveParts _parts;
    private readonly byte[] _codes;
    private readonly int _padded;

    // The items of each codeword of a part, and where they start.
    private readonly int[][] _items;
    private readonly int[][] _starts;

    /// <param name="parts">Stages and parts.</param>
    /// <param name="codes">Code of each item, part after part.</param>
    /// <param name="paddedDimension">D, to which the rows of the table are padded.</param>
    internal CodedItems(AdditiveParts parts, byte[] codes, int paddedDimension)
    {
        _parts = parts;
        _codes = codes;
        _padded = paddedDimension;
        ItemCount = codes.Length / parts.Count;
        Codewords = new Parameter((long)parts.Stages * AdditiveCode.Codewords * paddedDimension);
        _items = new int[parts.Count][];
        _starts = new int[parts.Count][];
        for (var p = 0; p < parts.Count; p++)
            (_items[p], _starts[p]) = ByCode(codes.AsSpan(p * ItemCount, ItemCount));
    }

    internal int ItemCount { get; }

    /// <summary>W: stages x 256 rows of D numbers, each part in its own columns.</summary>
    internal Parameter Codewords { get; }

    /// <summary>The columns of a codeword.</summary>
    internal Span<float> Codeword(int part, int code) => Slice(Codewords.Value, Row(part, code), part);

    /// <summary>Writes T.</summary>
    /// <param name="table">I rows of D numbers.</param>
    /// <param name="workers">Threads.</param>
    internal void Decode(NativeBuffer<float> table, Workers workers) =>
        workers.Run((ItemCount + RowsPerTask - 1) / RowsPerTask, task =>
        {
            for (var item = task * RowsPerTask; item < Math.Min((task + 1) * RowsPerTask, ItemCount); item++)
            {
                new Span<float>(table.Pointer + (long)item * _padded, _padded).Clear();
                for (var p = 0; p < _parts.Count; p++)
                    Add(Codeword(p, _codes[p * ItemCount + item]), Slice(table, item, p));
            }
        });

    /// <summary>Sums dT into the gradient of the codewords, which must be 0.</summary>
    /// <param name="table">dT, I rows of D numbers.</param>
    /// <param name="workers">Threads.</param>
    internal void Gather(NativeBuffer<float> table, Workers workers)
    {
        const int Tasks = AdditiveCode.Codewords / CodesPerTask;
        workers.Run(_parts.Count * Tasks, task =>
        {
            var p = task / Tasks;
            var (items, starts) = (_items[p], _starts[p]);
            for (var code = task % Tasks * CodesPerTask; code < (task % Tasks + 1) * CodesPerTask; code++)
            {
                var target = Slice(Codewords.Gradient, Row(p, code), p);
                for (var at = starts[code]; at < starts[code + 1]; at++)
                    Add(Slice(table, items[at], p), target);
            }
        });
    }

    public void Dispose() => Codewords.Dispose();

    private static (int[] Items, int[] Starts) ByCode(ReadOnlySpan<byte> codes)
    {
        var starts = new int[AdditiveCode.Codewords + 1];
        foreach (var code in codes)
            starts[code + 1]++;
        for (var c = 0; c < AdditiveCode.Codewords; c++)
            starts[c + 1] += starts[c];
        var next = starts[..AdditiveCode.Codewords];
        var items = new int[codes.Length];
        for (var item = 0; item < codes.Length; item++)
            items[next[codes[item]]++] = item;
        return (items, starts);
    }

    private static void Add(ReadOnlySpan<float> source, Span<float> target)
    {
        if (target.Length % 16 == 0)
        {
            RowSums.Add(1, source, target);
            return;
        }

        for (var k = 0; k < target.Length; k++)
            target[k] += source[k];
    }

    private int Row(int part, int code) => _parts.Stage(part) * AdditiveCode.Codewords + code;

    private Span<float> Slice(NativeBuffer<float> rows, int row, int part) =>
        new(rows.Pointer + (long)row * _padded + _parts.From(part), _parts.To(part) - _parts.From(part));
}
