using MetaEmbed.Inference.Codes;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export.Compression;

/// <summary>The codewords of one part of one stage, and which row has which, fitted to columns of the residual.</summary>
internal sealed class PartFit : IDisposable
{
    private readonly int _stage;
    private readonly int _from;
    private readonly sbyte[] _whole;
    private readonly Matrix _codewords;

    /// <param name="stage">The stage.</param>
    /// <param name="from">First column.</param>
    /// <param name="to">Column behind the last one.</param>
    /// <param name="rows">Number of rows.</param>
    public PartFit(int stage, int from, int to, int rows)
    {
        _stage = stage;
        _from = from;
        Codes = new int[rows];
        _codewords = new Matrix(AdditiveCode.Codewords, to - from);
        _whole = new sbyte[AdditiveCode.Codewords * (to - from)];
    }

    /// <summary>The codeword of each row.</summary>
    public int[] Codes { get; }

    /// <summary>A codeword is this times its whole numbers.</summary>
    public float Scale { get; private set; }

    /// <summary>Fits codewords to the residual from nothing, and takes them from it.</summary>
    public void Start(Matrix residual, float[] weights, RandomStream stream, Workers workers)
    {
        using var columns = Columns(residual);
        using (var fitted = KMeans.Fit(columns, weights, AdditiveCode.Codewords, stream, Codes, workers))
            _codewords.CopyFrom(fitted);
        Settle(columns, residual, workers);
    }

    /// <summary>Puts the codewords back, fits them once more, and takes them from the residual.</summary>
    public void Refine(Matrix residual, float[] weights, Workers workers)
    {
        Change(residual, 1);
        using var columns = Columns(residual);
        KMeans.Center(columns, weights, Codes, _codewords);
        Settle(columns, residual, workers);
    }

    /// <summary>Copies the whole numbers into a table of stages x codewords x d.</summary>
    public void CopyTo(sbyte[] codebooks, int dimension)
    {
        var width = _codewords.Columns;
        for (var c = 0; c < AdditiveCode.Codewords; c++)
            _whole.AsSpan(c * width, width).CopyTo(codebooks.AsSpan((_stage * AdditiveCode.Codewords + c) * dimension + _from));
    }

    public void Dispose() => _codewords.Dispose();

    /// <summary>Rounds the codewords, gives each row its nearest, and takes it from the residual.</summary>
    private void Settle(Matrix columns, Matrix residual, Workers workers)
    {
        Scale = AdditiveFit.Round(_codewords.AsSpan(), _whole);
        NearestCodeword.Find(columns, _codewords, Codes, workers);
        Change(residual, -1);
    }

    private void Change(Matrix residual, float sign)
    {
        for (var row = 0; row < Codes.Length; row++)
        {
            var target = residual.Row(row).Slice(_from, _codewords.Columns);
            var codeword = _codewords.Row(Codes[row]);
            for (var k = 0; k < target.Length; k++)
                target[k] += sign * codeword[k];
        }
    }

    private Matrix Columns(Matrix residual)
    {
        var columns = new Matrix(residual.Rows, _codewords.Columns);
        for (var row = 0; row < residual.Rows; row++)
            residual.Row(row).Slice(_from, _codewords.Columns).CopyTo(columns.Row(row));
        return columns;
    }
}
