namespace MetaEmbed.Inference.Files;

/// <summary>What a file says of one tensor, after all of it was checked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Shape">Its dimensions, outermost first; empty for a single number.</param>
/// <param name="Offset">First byte, counted from the start of the file.</param>
/// <param name="Length">Bytes: the product of the shape times the size of an element.</param>
public sealed record TensorInfo(string Name, TensorType Type, IReadOnlyList<long> Shape, long Offset, long Length)
{
    /// <summary>Number of elements.</summary>
    public long Count => Length / Type.Size();

    /// <summary>The shape as in <c>[300, 128]</c>.</summary>
    public string ShapeText => Describe(Shape);

    internal static string Describe(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";
}
