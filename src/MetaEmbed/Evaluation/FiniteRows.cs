using System.Numerics;
using System.Runtime.InteropServices;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;

namespace MetaEmbed.Evaluation;

/// <summary>Refuses to rank what has no order: rows or biases that are not finite, or so large that a score would not be.</summary>
internal static class FiniteRows
{
    private const int RowsPerTask = 512;

    /// <summary>Checks entity rows and biases.</summary>
    /// <param name="rows">Users' rows, then items' rows.</param>
    /// <param name="userCount">Number of users.</param>
    /// <param name="itemBias">Items' biases, or empty.</param>
    /// <param name="workers">Threads.</param>
    /// <exception cref="UserMistakeException">A number is not finite or too large; the message names the row.</exception>
    public static void Check(Matrix rows, int userCount, ReadOnlySpan<float> itemBias, Workers workers)
    {
        var tasks = (rows.Rows + RowsPerTask - 1) / RowsPerTask;
        var users = new float[tasks];
        var items = new float[tasks];
        workers.Run(tasks, task =>
        {
            var first = task * RowsPerTask;
            var end = Math.Min(first + RowsPerTask, rows.Rows);
            var split = Math.Clamp(userCount, first, end);
            users[task] = Largest(rows.RowRange(first, split - first));
            items[task] = Largest(rows.RowRange(split, end - split));
        });
        for (var task = 0; task < tasks; task++)
        {
            if (!float.IsFinite(users[task]) || !float.IsFinite(items[task]))
                ThrowRow(rows, task * RowsPerTask, userCount);
        }

        var bias = Largest(itemBias);
        if (!float.IsFinite(bias))
        {
            var item = 0;
            while (float.IsFinite(itemBias[item]))
                item++;
            throw Diverged($"the bias of item {item} is {itemBias[item]}");
        }

        if (tasks > 0 && (double)users.Max() * items.Max() * rows.Columns + bias > 1e38)
            throw Diverged($"user rows reach {users.Max()}, item rows {items.Max()}, biases {bias}: scores would leave the range of 32-bit floats");
    }

    /// <summary>Largest magnitude; not finite if any number is not: as whole numbers, the bits of infinity and NaN are the largest.</summary>
    private static float Largest(ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        var largest = 0;
        if (bits.Length >= Vector<int>.Count)
        {
            var most = Vector<int>.Zero;
            var mask = new Vector<int>(int.MaxValue);
            var i = 0;
            for (; i + Vector<int>.Count <= bits.Length; i += Vector<int>.Count)
                most = Vector.Max(most, new Vector<int>(bits.Slice(i, Vector<int>.Count)) & mask);
            for (var lane = 0; lane < Vector<int>.Count; lane++)
                largest = Math.Max(largest, most[lane]);
            bits = bits[i..];
        }

        foreach (var value in bits)
            largest = Math.Max(largest, value & int.MaxValue);
        return BitConverter.Int32BitsToSingle(largest);
    }

    private static void ThrowRow(Matrix rows, int first, int userCount)
    {
        for (var row = first; ; row++)
        {
            foreach (var value in rows.Row(row))
            {
                if (!float.IsFinite(value))
                    throw Diverged(row < userCount ? $"the row of user {row} holds {value}" : $"the row of item {row - userCount} holds {value}");
            }
        }
    }

    private static UserMistakeException Diverged(string found) =>
        new(found, "the training has diverged: lower the learning rate or take an earlier checkpoint");
}
