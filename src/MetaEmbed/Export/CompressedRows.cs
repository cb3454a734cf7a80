using MetaEmbed.Storage;

namespace MetaEmbed.Export;

/// <summary>Rows in a code that <c>MetaEmbed.Inference</c> decodes.</summary>
/// <param name="Code">Name of the code.</param>
/// <param name="Texts">Texts of the header that the code needs, without their prefix.</param>
/// <param name="Tensors">Its tensors, without their prefix.</param>
internal sealed record CompressedRows(string Code, IReadOnlyDictionary<string, string> Texts, IReadOnlyList<CodeTensor> Tensors)
{
    public CompressedRows(string code, params CodeTensor[] tensors)
        : this(code, new Dictionary<string, string>(), tensors)
    {
    }

    /// <summary>Bytes of all tensors.</summary>
    public long Bytes => Tensors.Sum(tensor => tensor.Bytes);
}

/// <summary>A tensor whose full name is not known yet.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Under">Makes the entry under a prefix.</param>
internal sealed record CodeTensor(long Bytes, Func<string, TensorEntry> Under)
{
    public static CodeTensor Of<T>(string name, T[] values, params long[] shape)
        where T : unmanaged
    {
        var bytes = TensorEntry.Of(name, values, shape).Length;
        return new CodeTensor(bytes, prefix => TensorEntry.Of($"{prefix}.{name}", values, shape));
    }
}
