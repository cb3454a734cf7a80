using System.Globalization;
using MetaEmbed.Data;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Storage;

namespace MetaEmbed.Export;

/// <summary>Collects the tensors and texts of a model file, and writes it. Equal input gives equal bytes.</summary>
internal sealed class ModelFileBuilder
{
    private readonly List<TensorEntry> _tensors = [];
    private readonly Dictionary<string, string> _texts;

    /// <param name="kind">What the file is for.</param>
    /// <param name="users">Users that it will know by id.</param>
    /// <param name="items">Items.</param>
    /// <param name="dimension">d.</param>
    public ModelFileBuilder(ModelFileKind kind, int users, int items, int dimension)
    {
        _texts = new Dictionary<string, string>
        {
            [ModelFormat.FormatKey] = ModelFormat.Name,
            [ModelFormat.VersionKey] = Number(ModelFormat.NewestVersion),
            [ModelFormat.KindKey] = kind.ToString().ToLowerInvariant(),
            [ModelFormat.UsersKey] = Number(users),
            [ModelFormat.ItemsKey] = Number(items),
            [ModelFormat.DimensionKey] = Number(dimension),
        };
    }

    public void Text(string key, string value) => _texts[key] = value;

    public void Add<T>(string name, T[] values, params long[] shape)
        where T : unmanaged => _tensors.Add(TensorEntry.Of(name, values, shape));

    public void Add(CompressedRows rows, string prefix)
    {
        Text(prefix + ".code", rows.Code);
        foreach (var (key, value) in rows.Texts)
            Text($"{prefix}.{key}", value);
        foreach (var tensor in rows.Tensors)
            _tensors.Add(tensor.Under(prefix));
    }

    /// <summary>Adds a number for each item: 32 bits each, or a byte each.</summary>
    public void AddNumbers(string name, ReadOnlySpan<float> values, ByteScale? scale)
    {
        if (scale is null)
        {
            Add(name, values.ToArray());
            return;
        }

        var (codes, table) = ByteTable.Quantise(values, scale.Value);
        Add(name + ".codes", codes);
        Add(name + ".values", table);
    }

    /// <summary>Adds the items met most often, at most so many.</summary>
    public void AddPopular(Interactions train, int most)
    {
        var counts = train.CountByItem();
        var popular = Enumerable.Range(0, counts.Length).Where(item => counts[item] > 0)
            .OrderByDescending(item => counts[item]).ThenBy(item => item).Take(most).ToArray();
        Add("popular.items", popular);
        Add("popular.counts", Array.ConvertAll(popular, item => (uint)counts[item]));
    }

    /// <summary>Adds what each user met.</summary>
    public void AddHistories(Interactions train) => Add("history.bytes", HistoryBytes.Of(train));

    /// <summary>Adds names by id.</summary>
    public void AddNames(string tensor, IEnumerable<string> names)
    {
        var text = string.Concat(names.Select(name => name.ReplaceLineEndings(" ") + "\n"));
        Add(tensor, System.Text.Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Writes the file, atomically.</summary>
    /// <exception cref="UserMistakeException">It cannot be written.</exception>
    public void Write(string path) => SafetensorsWriter.Write(path, _tensors, _texts);

    /// <summary>The file as bytes.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, _tensors, _texts);
        return stream.ToArray();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
