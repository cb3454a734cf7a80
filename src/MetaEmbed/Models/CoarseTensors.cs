using MetaEmbed.Storage;

namespace MetaEmbed.Models;

/// <summary>
/// The coarse model as tensors of a checkpoint: <c>codebook</c> (c x d, F32), <c>item_bias</c> (I, F32),
/// <c>assignment.picks</c> (N x t, I32), <c>assignment.weights</c> (N x t, F32); with an optimiser also
/// <c>codebook.m</c>, <c>codebook.v</c>, <c>item_bias.m</c>, <c>item_bias.v</c>.
/// </summary>
internal static class CoarseTensors
{
    internal static List<TensorEntry> Of(CoarseModel model, bool optimizer)
    {
        var tensors = new List<TensorEntry>();
        AddMatrix(tensors, "codebook", model.Codebook, model.CoarseCount, model.Dimension, model.Propagation.PaddedDimension, optimizer);
        AddMatrix(tensors, "item_bias", model.ItemBias, 1, model.ItemCount, model.ItemCount, optimizer);
        AddAssignment(tensors, "assignment", model.Assignment);
        return tensors;
    }

    internal static void Restore(CoarseModel model, TrainingCheckpoint checkpoint, bool optimizer)
    {
        ReadMatrix(checkpoint, "codebook", model.Codebook, model.CoarseCount, model.Dimension, model.Propagation.PaddedDimension, optimizer);
        ReadMatrix(checkpoint, "item_bias", model.ItemBias, 1, model.ItemCount, model.ItemCount, optimizer);
        model.Assignment = ReadAssignment(checkpoint, "assignment", model.ExpandedGraph.Entities, model.CoarseCount, model.Assignment.PerRow);
    }

    /// <summary>Adds an assignment's own arrays, not copies: they are to be written before it is updated.</summary>
    internal static void AddAssignment(List<TensorEntry> tensors, string name, Assignment assignment)
    {
        tensors.Add(TensorEntry.Of(name + ".picks", assignment.Picks, assignment.Rows, assignment.PerRow));
        tensors.Add(TensorEntry.Of(name + ".weights", assignment.Weights, assignment.Rows, assignment.PerRow));
    }

    internal static Assignment ReadAssignment(TrainingCheckpoint checkpoint, string name, int rows, int columns, int perRow)
    {
        var picks = checkpoint.Values<int>(name + ".picks", rows, perRow).ToArray();
        var weights = checkpoint.Values<float>(name + ".weights", rows, perRow).ToArray();
        return new Assignment(columns, perRow, picks, weights);
    }

    /// <summary>Adds a parameter of padded rows, without the padding; one row becomes a vector.</summary>
    internal static void AddMatrix(List<TensorEntry> tensors, string name, Parameter parameter, int rows, int columns, int stride, bool optimizer)
    {
        long[] shape = rows == 1 ? [columns] : [rows, columns];
        tensors.Add(TensorEntry.Of(name, Unpad(parameter.Value.Span, rows, columns, stride), shape));
        if (!optimizer)
            return;
        tensors.Add(TensorEntry.Of(name + ".m", Unpad(parameter.FirstMoment.Span, rows, columns, stride), shape));
        tensors.Add(TensorEntry.Of(name + ".v", Unpad(parameter.SecondMoment.Span, rows, columns, stride), shape));
        if (parameter.Average is not null)
            tensors.Add(TensorEntry.Of(name + ".average", Unpad(parameter.Average.Span, rows, columns, stride), shape));
    }

    /// <summary>Reads what <see cref="AddMatrix"/> wrote; the padding stays 0.</summary>
    internal static void ReadMatrix(TrainingCheckpoint checkpoint, string name, Parameter parameter, int rows, int columns, int stride, bool optimizer)
    {
        Pad(Read(name), parameter.Value.Span, rows, columns, stride);
        if (!optimizer)
        {
            if (parameter.Average is not null)
                Pad(Read(name), parameter.Average.Span, rows, columns, stride);
            return;
        }

        Pad(Read(name + ".m"), parameter.FirstMoment.Span, rows, columns, stride);
        Pad(Read(name + ".v"), parameter.SecondMoment.Span, rows, columns, stride);
        if (parameter.Average is not null)
            Pad(Read(name + ".average"), parameter.Average.Span, rows, columns, stride);

        ReadOnlySpan<float> Read(string tensor) =>
            rows == 1 ? checkpoint.Values<float>(tensor, columns) : checkpoint.Values<float>(tensor, rows, columns);
    }

    private static float[] Unpad(ReadOnlySpan<float> source, int rows, int columns, int stride)
    {
        var result = new float[rows * columns];
        for (var row = 0; row < rows; row++)
            source.Slice(row * stride, columns).CopyTo(result.AsSpan(row * columns));
        return result;
    }

    private static void Pad(ReadOnlySpan<float> source, Span<float> target, int rows, int columns, int stride)
    {
        for (var row = 0; row < rows; row++)
            source.Slice(row * columns, columns).CopyTo(target[(row * stride)..]);
    }
}
