using System.Runtime.InteropServices;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Benchmarks.Peers;

/// <summary>A list by OpenBLAS (Debian's libopenblas0) on one thread: biases copied, one matrix-vector product added, then the k best.</summary>
internal sealed partial class OpenBlasList
{
    private const string Library = "libopenblas.so.0";
    private const int RowMajor = 101;
    private const int NoTranspose = 111;

    private readonly float[] _rows;
    private readonly float[] _bias;
    private readonly float[] _user;
    private readonly float[] _scores;
    private readonly TopK _best;
    private readonly int[] _items;
    private readonly float[] _itemScores;

    public OpenBlasList(Recommender model, int k)
    {
        var d = model.Info.Dimension;
        _rows = new float[model.ItemCount * d];
        _bias = new float[model.ItemCount];
        for (var item = 0; item < _bias.Length; item++)
        {
            model.CopyItemRow(item, _rows.AsSpan(item * d, d));
            _bias[item] = model.ItemBias(item);
        }

        _user = new float[d];
        model.CopyUserRow(0, _user);
        _scores = new float[_bias.Length];
        _best = new TopK(k);
        (_items, _itemScores) = (new int[k], new float[k]);
        SetThreads(1);
    }

    public static bool IsInstalled => NativeLibrary.TryLoad(Library, out _);

    public int First()
    {
        _bias.CopyTo(_scores.AsSpan());
        Multiply(RowMajor, NoTranspose, _bias.Length, _user.Length, 1, _rows, _user.Length, _user, 1, 1, _scores, 1);
        _best.Restart(_items.Length);
        for (var item = 0; item < _scores.Length; item++)
        {
            if (_scores[item] > _best.Limit)
                _best.Add(item, _scores[item]);
        }

        _best.Finish(_items, _itemScores);
        return _items[0];
    }

    [LibraryImport(Library, EntryPoint = "cblas_sgemv")]
    private static partial void Multiply(int order, int transpose, int rows, int columns, float alpha, float[] a, int stride, float[] x, int stepX, float beta, [In, Out] float[] y, int stepY);

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    private static partial void SetThreads(int threads);
}
