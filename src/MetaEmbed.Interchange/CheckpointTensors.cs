using System.Runtime.InteropServices;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Numerics;

namespace MetaEmbed.Interchange;

/// <summary>Tensors of a safetensors checkpoint, widened to 32-bit floats. Numbers that are not finite are refused.</summary>
internal static class CheckpointTensors
{
    /// <summary>
    /// Rows [n, d]: the tensor <c>NAME</c>, or composed of <c>NAME.codebook</c> [c, d], <c>NAME.picks</c> [n, t] of whole numbers
    /// and <c>NAME.weights</c> [n, t]: row = sum over t of weight times codebook row. Null where there is neither.
    /// </summary>
    public static Matrix? Rows(Safetensors file, string name)
    {
        if (file.TryFind(name, out var whole))
            return Of(file, whole);
        if (!file.TryFind(name + ".codebook", out var codebook))
            return null;
        var (picks, weights) = (file.Find(name + ".picks"), file.Find(name + ".weights"));
        if (picks.Shape.Count != 2 || !picks.Shape.SequenceEqual(weights.Shape))
            throw Wrong(file, $"tensors '{picks.Name}' {picks.ShapeText} and '{weights.Name}' {weights.ShapeText} do not have one shape [n, t]");
        using var shared = Of(file, codebook);
        using var share = Of(file, weights);
        var chosen = Whole(file, picks, shared.Rows);
        var rows = new Matrix(share.Rows, shared.Columns);
        for (var row = 0; row < rows.Rows; row++)
        {
            var target = rows.Row(row);
            for (var t = 0; t < share.Columns; t++)
            {
                var weight = share[row, t];
                var source = shared.Row(chosen[row * share.Columns + t]);
                for (var k = 0; k < target.Length; k++)
                    target[k] = MathF.FusedMultiplyAdd(weight, source[k], target[k]);
            }
        }

        return rows;
    }

    /// <summary>A number for each item, [n]; null where the tensor is missing.</summary>
    public static float[]? Numbers(Safetensors file, string name, int count)
    {
        if (!file.TryFind(name, out var tensor))
            return null;
        return tensor.Count == count ? Floats(file, tensor) : throw Wrong(file, $"tensor '{name}' has {tensor.Count} numbers for {count} items");
    }

    private static Matrix Of(Safetensors file, TensorInfo tensor)
    {
        if (tensor.Shape is not [var count, var d] || count < 1 || d is < 1 or > ModelFormat.MaximumDimension || tensor.Count > int.MaxValue)
            throw Wrong(file, $"tensor '{tensor.Name}' has the shape {tensor.ShapeText}; rows of 1 to {ModelFormat.MaximumDimension} numbers are needed");
        var values = Floats(file, tensor);
        var rows = new Matrix((int)count, (int)d);
        values.CopyTo(rows.AsSpan());
        return rows;
    }

    private static float[] Floats(Safetensors file, TensorInfo tensor)
    {
        var bytes = file.Bytes(tensor.Offset, checked((int)tensor.Length));
        float[] values = tensor.Type switch
        {
            TensorType.F32 => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            TensorType.F64 => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(bytes).ToArray(), value => (float)value),
            TensorType.F16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), value => (float)value),
            TensorType.BF16 => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)),
            _ => throw Wrong(file, $"tensor '{tensor.Name}' is of type {tensor.Type}; allowed are F64, F32, F16 and BF16"),
        };
        var bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0 ? values : throw Wrong(file, $"tensor '{tensor.Name}' holds {values[bad]} at {bad}");
    }

    private static int[] Whole(Safetensors file, TensorInfo tensor, int bound)
    {
        var bytes = file.Bytes(tensor.Offset, checked((int)tensor.Length));
        long[] values = tensor.Type switch
        {
            TensorType.I64 => MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
            TensorType.I32 => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(bytes).ToArray(), value => (long)value),
            TensorType.U16 => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), value => (long)value),
            TensorType.U8 => Array.ConvertAll(bytes.ToArray(), value => (long)value),
            _ => throw Wrong(file, $"tensor '{tensor.Name}' is of type {tensor.Type}; allowed are I64, I32, U16 and U8"),
        };
        var bad = Array.FindIndex(values, value => (ulong)value >= (ulong)bound);
        return bad < 0 ? Array.ConvertAll(values, value => (int)value) : throw Wrong(file, $"tensor '{tensor.Name}' picks row {values[bad]} of a codebook of {bound}");
    }

    private static UserMistakeException Wrong(Safetensors file, string found) =>
        new(file.Name, null, found, "docs/devices.md says what a checkpoint must hold");
}
