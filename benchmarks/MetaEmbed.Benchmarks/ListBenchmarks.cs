using MetaEmbed.Export;
using MetaEmbed.Export.Compression;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Files;
using MetaEmbed.Inference.Ranking;
using MetaEmbed.Numerics;

namespace MetaEmbed.Benchmarks;

/// <summary>
/// Lists of a model's own users from its items in several codes: every item scored from decoded rows beside the bound in 8 bits,
/// in turns in one run, by processor time. The lists are compared, to the bit.
/// </summary>
internal sealed class ListBenchmarks : IDisposable
{
    private const int Batch = 32;
    private const int Rounds = 41;
    private const int Calls = 8;

    private readonly Recommender _model;
    private readonly float[] _bias;
    private readonly RankingScratch[] _users;
    private readonly RankingScratch _similar;
    private readonly float _norm;
    private int _next;

    private ListBenchmarks(string path)
    {
        _model = Recommender.Open(path);
        _bias = [.. Enumerable.Range(0, _model.ItemCount).Select(_model.ItemBias)];
        _users = new RankingScratch[8 * Batch];
        for (var i = 0; i < _users.Length; i++)
        {
            _users[i] = new RankingScratch(_model.ItemCount, _model.Info.Dimension);
            var user = (int)((long)i * _model.UserCount / _users.Length);
            _model.CopyUserRow(user, _users[i].User);
            _users[i].Excluded.Add(_model.HistoryOf(user));
        }

        _similar = new RankingScratch(_model.ItemCount, _model.Info.Dimension);
        _norm = (float)_users.Average(user => Math.Sqrt(user.User.ToArray().Sum(x => (double)x * x)));
    }

    /// <summary>Prints a table.</summary>
    /// <param name="path">A model file with users.</param>
    public static void Run(string path)
    {
        using var benchmark = new ListBenchmarks(path);
        using var items = new Matrix(benchmark._model.ItemCount, benchmark._model.Info.Dimension);
        for (var item = 0; item < items.Rows; item++)
            benchmark._model.CopyItemRow(item, items.Row(item));
        Console.WriteLine($"vectors of {MachineLimits.VectorBits} bits; {items.Rows:N0} items, d = {items.Columns}; microseconds of one thread, panels / bound, medians of {Rounds} rounds in turns");
        Console.WriteLine("| code | first ranking | one user, top 20 | top 100 | top 1,000 | 32 users, top 20, each | similar, top 20 | lists that differ |\n|---|---|---|---|---|---|---|---|");
        foreach (var code in new[] { "float32", "float16", "int8", "int4", "low-rank-48" })
        {
            var builder = new ModelFileBuilder(ModelFileKind.Device, 0, items.Rows, items.Columns);
            builder.Add(Pack(code, items), "items");
            using var file = Safetensors.Read(builder.ToBytes(), code);
            var rows = RowCode.Open(file, "items", items.Rows, items.Columns);
            benchmark.Compare($"`{code}`", rows, benchmark._norm);
            if (code == "int8")
                benchmark.Compare($"`{code}`, norms of users unknown", rows, null);
            foreach (var count in code == "int8" ? new[] { 300, 1_000, 3_000, 10_000 } : [])
                benchmark.Compare($"`{code}`, {count:N0} items", new FirstRows(rows, count), benchmark._norm);
        }
    }

    public void Dispose()
    {
        foreach (var user in _users)
            user.Dispose();
        _similar.Dispose();
        _model.Dispose();
    }

    private static CompressedRows Pack(string code, Matrix items)
    {
        using var workers = new Workers(2);
        return code == Float32Code.Name
            ? new CompressedRows(code, CodeTensor.Of("rows", items.AsSpan().ToArray(), items.Rows, items.Columns))
            : ItemCodes.Find(code).Compress(new CompressionInput(items, [.. Enumerable.Repeat(1f, items.Rows)], null, 1), workers);
    }

    private void Compare(string name, RowCode rows, float? norm)
    {
        var bias = _bias[..rows.Rows];
        ItemScan Panels() => new PanelScan(rows, bias, message => new InvalidOperationException(message));
        ItemScan Bound() => new BoundScan(rows, bias, norm, message => new InvalidOperationException(message));
        var first = Turns(1, 5, () => Panels().Dispose(), () => Bound().Dispose());
        using var panels = Panels();
        using var bound = Bound();
        var table = new ItemTable(rows, bias, message => new InvalidOperationException(message), () => norm);
        var cells = new List<string> { first };
        foreach (var k in new[] { 20, 100, 1000 })
            cells.Add(k > rows.Rows ? "" : Turns(Calls, Rounds, () => One(panels, k), () => One(bound, k)));
        cells.Add(Turns(Batch, Rounds / 2, () => Many(panels), () => Many(bound)));
        var norms = table.InverseNorms;
        cells.Add(Turns(Calls, Rounds, () => Similar(panels, rows, norms), () => Similar(bound, rows, norms)));
        var different = 0;
        for (var i = 0; i < _users.Length; i++)
        {
            _next = i;
            var expected = One(panels, 20);
            _next = i;
            different += expected.SequenceEqual(One(bound, 20)) ? 0 : 1;
        }

        Console.WriteLine($"| {name} | {string.Join(" | ", cells)} | {different} of {_users.Length} |");
    }

    private Recommendation[] One(ItemScan scan, int k)
    {
        var scratch = _users[_next++ % _users.Length];
        var best = new Recommendation[k];
        scratch.Restart(k);
        scan.Best(scratch);
        return best[..scratch.Finish(best)];
    }

    private void Many(ItemScan scan)
    {
        // Counted as so many calls.
        if (_next++ % Batch != 0)
            return;
        var users = _users.AsSpan(_next / Batch % (_users.Length / Batch) * Batch, Batch);
        foreach (var user in users)
            user.Restart(20);
        scan.Best(users);
        var best = new Recommendation[20];
        foreach (var user in users)
            user.Finish(best);
    }

    private void Similar(ItemScan scan, RowCode rows, float[] inverseNorms)
    {
        var item = _next++ * 37 % rows.Rows;
        var scratch = _similar;
        rows.Decode(item, scratch.User);
        foreach (ref var value in scratch.User)
            value *= inverseNorms[item];
        scratch.Excluded.Clear();
        scratch.Excluded.Add(item);
        scratch.Restart(20);
        scan.Nearest(inverseNorms, scratch);
        scratch.Finish(new Recommendation[20]);
    }

    /// <summary>Medians of the processor time of a call, in turns.</summary>
    private static string Turns(int calls, int rounds, Action panels, Action bound)
    {
        var times = new[] { new List<double>(), new List<double>() };
        for (var round = -1; round < rounds; round++)
        {
            for (var which = 0; which < 2; which++)
            {
                var before = Environment.CpuUsage.TotalTime;
                for (var i = 0; i < calls; i++)
                    (which == 0 ? panels : bound)();
                if (round >= 0)
                    times[which].Add((Environment.CpuUsage.TotalTime - before).TotalMicroseconds / calls);
            }
        }

        double Median(int which) => times[which].Order().ElementAt(rounds / 2);
        return FormattableString.Invariant($"{Median(0):N0} / {Median(1):N0} ({Median(0) / Median(1):F2} x)");
    }

    private sealed class FirstRows(RowCode rows, int count) : RowCode(count, rows.Dimension)
    {
        public override void Decode(int row, Span<float> target) => rows.Decode(row, target);
    }
}
