namespace MetaEmbed.Inference.Files;

/// <summary>What a model file says of itself, after it was checked.</summary>
/// <param name="Name">The file, as it was named.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="FormatVersion">Version of the format.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="UserCount">Users that it knows by id; 0 where it knows none.</param>
/// <param name="ItemCount">Items.</param>
/// <param name="Dimension">Length d of a row.</param>
/// <param name="ItemCode">How items are stored: <c>int8</c>, <c>float16</c>, <c>additive</c>, ...</param>
/// <param name="Texts">All texts of the header: data name and hash, settings, version of the writer.</param>
/// <param name="Tensors">All tensors, in the order of their data.</param>
public sealed record ModelFileInfo(
    string Name,
    long Bytes,
    int FormatVersion,
    ModelFileKind Kind,
    int UserCount,
    int ItemCount,
    int Dimension,
    string ItemCode,
    IReadOnlyDictionary<string, string> Texts,
    IReadOnlyList<TensorInfo> Tensors)
{
    /// <summary>A text of the header, or an empty one.</summary>
    /// <param name="key">Its key; the format's page lists them.</param>
    public string Text(string key) => Texts.TryGetValue(key, out var text) ? text : "";
}
