using System.Text;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Data;

/// <summary>
/// Names for people of users and items, from <c>users.txt</c> and <c>items.txt</c> beside a dataset: line i, counted
/// from 0, is the name of id i. <c>titles.txt</c> says in the same way what an item is called where its name is only a
/// key. All files are optional; an empty line is no name.
/// </summary>
public sealed class EntityNames
{
    /// <summary>Name of the file with users' names.</summary>
    public const string UserFile = "users.txt";

    /// <summary>Name of the file with items' names.</summary>
    public const string ItemFile = "items.txt";

    /// <summary>Name of the file with items' titles.</summary>
    public const string TitleFile = "titles.txt";

    private readonly string[]? _users;
    private readonly string[]? _items;
    private readonly string[]? _titles;

    /// <summary>Takes over the names.</summary>
    /// <param name="users">Names of users by id; null for none.</param>
    /// <param name="items">Names of items by id; null for none.</param>
    /// <param name="titles">Titles of items by id; null for none.</param>
    public EntityNames(string[]? users, string[]? items, string[]? titles = null)
    {
        _users = users;
        _items = items;
        _titles = titles;
    }

    /// <summary>Whether users have names.</summary>
    public bool HasUsers => _users is not null;

    /// <summary>Whether items have names.</summary>
    public bool HasItems => _items is not null;

    /// <summary>Whether items have titles.</summary>
    public bool HasTitles => _titles is not null;

    /// <summary>Whether some user's name is a whole number, so that a number cannot be told from an id.</summary>
    public bool UsersAreNumbers => _users is not null && _users.Any(name => name.Length > 0 && name.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0);

    /// <summary>Reads the names beside a dataset; a missing file gives none.</summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="dataset">The dataset: every one of its ids needs a line.</param>
    /// <exception cref="UserMistakeException">A file has fewer lines than there are ids, or cannot be read as UTF-8.</exception>
    public static EntityNames Open(string folder, Dataset dataset)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(dataset);
        return new EntityNames(
            ReadOptional(Path.Combine(folder, UserFile), dataset.UserCount, "users"),
            ReadOptional(Path.Combine(folder, ItemFile), dataset.ItemCount, "items"),
            ReadOptional(Path.Combine(folder, TitleFile), dataset.ItemCount, "items"));
    }

    /// <summary>The name of a user; its number where it has none.</summary>
    /// <param name="user">The user.</param>
    public string OfUser(int user) => NameOf(_users, user);

    /// <summary>The name of an item; its number where it has none.</summary>
    /// <param name="item">The item.</param>
    public string OfItem(int item) => NameOf(_items, item);

    /// <summary>The title of an item; null where it has none.</summary>
    /// <param name="item">The item.</param>
    public string? TitleOf(int item) => _titles is null || _titles[item].Length == 0 ? null : _titles[item];

    /// <summary>The first user of a name; -1 where there is none.</summary>
    /// <param name="name">The name, exactly.</param>
    public int FindUser(string name) => _users is null || name.Length == 0 ? -1 : Array.IndexOf(_users, name);

    /// <summary>The first item of a name; -1 where there is none.</summary>
    /// <param name="name">The name, exactly.</param>
    public int FindItem(string name) => _items is null || name.Length == 0 ? -1 : Array.IndexOf(_items, name);

    /// <summary>Writes a file of names.</summary>
    /// <param name="file">The file; it is replaced as a whole.</param>
    /// <param name="names">The names by id; line breaks in them become spaces.</param>
    /// <exception cref="UserMistakeException">It cannot be written.</exception>
    public static void Write(string file, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var text = new StringBuilder();
        foreach (var name in names)
            text.Append(name.ReplaceLineEndings(" ")).Append('\n');
        AtomicFile.WriteText(file, text.ToString());
    }

    /// <summary>Splits a text of names into its lines.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="bytes">The text in UTF-8.</param>
    internal static string[] Split(string file, ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        var names = new List<string>();
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = (end < 0 ? bytes : bytes[..end]).TrimEnd("\r \t"u8);
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            try
            {
                names.Add(strict.GetString(line));
            }
            catch (DecoderFallbackException failure)
            {
                throw new UserMistakeException(file, names.Count + 1, "is not UTF-8", "save the file as UTF-8", failure);
            }
        }

        return [.. names];
    }

    private static string[]? ReadOptional(string file, int count, string kind)
    {
        if (!File.Exists(file))
            return null;
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw new UserMistakeException(file, null, $"cannot be read ({failure.Message.TrimEnd('.')})", "check its permissions and the disk", failure);
        }

        var names = Split(file, bytes);
        if (names.Length < count)
            throw new UserMistakeException(file, null, $"holds {names.Length} names for {count} {kind}", "write a line for each id from 0, an empty one for no name");
        return names;
    }

    private static string NameOf(string[]? names, int id) => names is null || names[id].Length == 0 ? id.ToString() : names[id];
}
