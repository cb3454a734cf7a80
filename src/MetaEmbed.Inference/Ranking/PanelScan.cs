using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Inference.Ranking;

/// <summary>Scores decoded rows, packed into panels: where they are few or the machine has no products of bytes, else <see cref="BoundScan"/>.</summary>
internal sealed unsafe class PanelScan : ItemScan
{
    private readonly RowCode _rows;
    private readonly ItemPanels _panels;

    /// <summary>Decodes all rows.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="bias">A bias for each item, or empty.</param>
    /// <param name="damaged">Makes the mistake of a damaged file.</param>
    public PanelScan(RowCode rows, float[] bias, Func<string, Exception> damaged)
    {
        _rows = rows;
        _panels = new ItemPanels(rows.Rows, rows.Dimension);
        try
        {
            Largest = RowBlocks.Decode(rows, damaged, (panel, block) => _panels.Pack(
                panel, block, bias.Length == 0 ? default : bias.AsSpan(panel * ItemPanels.Width, block.Length / rows.Dimension)));
        }
        catch
        {
            _panels.Dispose();
            throw;
        }
    }

    public override float Largest { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Best(RankingScratch scratch)
    {
        for (var panel = 0; panel < _panels.PanelCount; panel++)
        {
            ScoreTile.ScoreOne(scratch.UserPointer, _panels.Rows(panel), _panels.Bias(panel), _panels.Dimension, scratch.Scores);
            Admit(panel * ItemPanels.Width, scratch.Scores, scratch);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Nearest(float[] inverseNorms, RankingScratch scratch)
    {
        var none = stackalloc float[ItemPanels.Width];
        new Span<float>(none, ItemPanels.Width).Clear();
        for (var panel = 0; panel < _panels.PanelCount; panel++)
        {
            ScoreTile.ScoreOne(scratch.UserPointer, _panels.Rows(panel), none, _panels.Dimension, scratch.Scores);
            var first = panel * ItemPanels.Width;
            for (var j = 0; j < ItemPanels.Width; j++)
                scratch.Scores[j] = first + j < inverseNorms.Length ? scratch.Scores[j] * inverseNorms[first + j] : float.NegativeInfinity;
            Admit(first, scratch.Scores, scratch);
        }
    }

    public override void Best(ReadOnlySpan<RankingScratch> users)
    {
        var tiles = (users.Length + ScoreTile.Users - 1) / ScoreTile.Users;
        var packed = (float*)NativeMemory.AlignedAlloc((nuint)tiles * ScoreTile.Users * (nuint)_panels.Dimension * sizeof(float), 64);
        try
        {
            Pack(users, packed);
            for (var panel = 0; panel < _panels.PanelCount; panel++)
                Panel(panel, users, packed);
        }
        finally
        {
            NativeMemory.AlignedFree(packed);
        }
    }

    public override float Product(ReadOnlySpan<float> user, int item, Span<float> row) => RowBlocks.Product(_rows, user, item, row);

    public override void Dispose() => _panels.Dispose();

    private void Pack(ReadOnlySpan<RankingScratch> users, float* packed)
    {
        Span<nint> rows = stackalloc nint[ScoreTile.Users];
        for (var i = 0; i < users.Length; i += ScoreTile.Users)
        {
            var count = Math.Min(ScoreTile.Users, users.Length - i);
            for (var r = 0; r < count; r++)
                rows[r] = (nint)users[i + r].UserPointer;
            ScoreTile.PackUsers(packed + (long)i * _panels.Dimension, rows[..count], _panels.Dimension);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Panel(int panel, ReadOnlySpan<RankingScratch> users, float* packed)
    {
        var d = _panels.Dimension;
        var limits = stackalloc float[ScoreTile.Users];
        var scores = users[0].Scores;
        for (var i = 0; i < users.Length; i += ScoreTile.Users)
        {
            var count = Math.Min(ScoreTile.Users, users.Length - i);
            for (var r = 0; r < ScoreTile.Users; r++)
                limits[r] = r < count ? users[i + r].Best.Limit : float.PositiveInfinity;
            var above = ScoreTile.Score(packed + (long)i * d, _panels.Rows(panel), _panels.Bias(panel), d, limits, scores);
            for (; above != 0; above &= above - 1)
            {
                var r = BitOperations.TrailingZeroCount(above);
                Admit(panel * ItemPanels.Width, scores + r * ItemPanels.Width, users[i + r]);
            }
        }
    }
}
