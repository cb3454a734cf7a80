using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export.Compression;

/// <summary>
/// Finds the nearest codeword of each row: |x - c|^2 is least where &lt;x, c&gt; - |c|^2 / 2 is largest, which is the score of an
/// item with a bias, so the ranking kernel does the work. Ties go to the smaller codeword.
/// </summary>
internal static unsafe class NearestCodeword
{
    private const int RowsPerTask = 512;

    /// <param name="rows">n x w.</param>
    /// <param name="codewords">K x w.</param>
    /// <param name="nearest">Gets the codeword of each row.</param>
    /// <param name="workers">Threads.</param>
    public static void Find(Matrix rows, Matrix codewords, int[] nearest, Workers workers)
    {
        var width = codewords.Columns;
        var bias = new float[codewords.Rows];
        for (var c = 0; c < bias.Length; c++)
        {
            var sum = 0.0;
            foreach (var value in codewords.Row(c))
                sum += (double)value * value;
            bias[c] = (float)(-sum / 2);
        }

        using var panels = ItemPanels.From(codewords.AsSpan(), bias, codewords.Rows, width);
        workers.Run((rows.Rows + RowsPerTask - 1) / RowsPerTask, task =>
        {
            using var users = new Matrix(width, ScoreTile.Users);
            using var scores = new Matrix(ScoreTile.Users, ItemPanels.Width);
            var limits = stackalloc float[ScoreTile.Users];
            var best = stackalloc float[ScoreTile.Users];
            Span<nint> tile = stackalloc nint[ScoreTile.Users];
            var end = Math.Min((task + 1) * RowsPerTask, rows.Rows);
            for (var first = task * RowsPerTask; first < end; first += ScoreTile.Users)
            {
                var count = Math.Min(ScoreTile.Users, end - first);
                for (var r = 0; r < count; r++)
                {
                    tile[r] = (nint)(rows.Pointer + (long)(first + r) * width);
                    best[r] = float.NegativeInfinity;
                }

                ScoreTile.PackUsers(users.Pointer, tile[..count], width);
                for (var panel = 0; panel < panels.PanelCount; panel++)
                {
                    ScoreTile.Score(users.Pointer, panels.Rows(panel), panels.Bias(panel), width, limits, scores.Pointer);
                    for (var r = 0; r < count; r++)
                    {
                        var own = scores.Row(r);
                        for (var j = 0; j < own.Length; j++)
                        {
                            if (own[j] > best[r])
                            {
                                best[r] = own[j];
                                nearest[first + r] = panel * ItemPanels.Width + j;
                            }
                        }
                    }
                }
            }
        });
    }
}
