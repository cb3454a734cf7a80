using System.Text;
using System.Text.Unicode;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Inference.Codes;

/// <summary>
/// Names by id, one U8 tensor of UTF-8 lines: name, line feed, name, line feed, ... A name may be empty: none. Read when first
/// asked for.
/// </summary>
internal sealed class NameList
{
    private readonly MappedTensor<byte> _text;
    private readonly int _count;
    private volatile string[]? _names;
    private volatile Dictionary<string, int>? _ids;

    private NameList(MappedTensor<byte> text, int count)
    {
        _text = text;
        _count = count;
    }

    /// <summary>Opens the names; null where the file has none.</summary>
    /// <exception cref="UserMistakeException">Not UTF-8, or not as many lines as ids.</exception>
    public static NameList? Open(Safetensors file, string tensor, int count)
    {
        if (!file.TryFind(tensor, out _))
            return null;
        var text = new MappedTensor<byte>(file, tensor, -1);
        var lines = text.Span.Count((byte)'\n');
        if (lines != count || (text.Length > 0 && text.Span[^1] != (byte)'\n'))
            throw ModelFormat.Damaged(file, $"tensor '{tensor}' has {lines} lines for {count} ids");
        if (!Utf8.IsValid(text.Span))
            throw ModelFormat.Damaged(file, $"tensor '{tensor}' is not UTF-8");
        return new NameList(text, count);
    }

    /// <summary>The name of an id; empty where it has none.</summary>
    public string Of(int id) => Names()[id];

    /// <summary>The first id of a name; -1 where there is none.</summary>
    public int Find(string name)
    {
        if (name.Length == 0)
            return -1;
        var ids = _ids;
        if (ids is null)
        {
            var names = Names();
            ids = new Dictionary<string, int>(names.Length, StringComparer.Ordinal);
            for (var id = 0; id < names.Length; id++)
                ids.TryAdd(names[id], id);
            _ids = ids;
        }

        return ids.TryGetValue(name, out var found) ? found : -1;
    }

    private string[] Names()
    {
        var names = _names;
        if (names is not null)
            return names;
        names = new string[_count];
        var rest = _text.Span;
        for (var id = 0; id < names.Length; id++)
        {
            var end = rest.IndexOf((byte)'\n');
            names[id] = Encoding.UTF8.GetString(rest[..end]);
            rest = rest[(end + 1)..];
        }

        _names = names;
        return names;
    }
}
