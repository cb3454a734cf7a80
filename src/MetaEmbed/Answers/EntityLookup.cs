using System.Globalization;
using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;

namespace MetaEmbed.Answers;

/// <summary>
/// Users or items as people name them: by name, by title, or by number where no name is a number. What is unknown is
/// answered with the nearest spellings.
/// </summary>
public sealed class EntityLookup
{
    private const int Shown = 3;

    private readonly string _kind;
    private readonly Func<int, string> _nameOf;
    private readonly Func<int, string?>? _titleOf;
    private readonly Func<string, int> _find;
    private readonly bool _hasNames;
    private readonly Lazy<bool> _namesAreNumbers;
    private readonly Lazy<Dictionary<string, int>> _titles;

    /// <summary>Describes them.</summary>
    /// <param name="kind">user or item, for messages.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="hasNames">Whether they have names.</param>
    /// <param name="nameOf">The name of an id, its number where it has none.</param>
    /// <param name="find">The id of a name; -1 where there is none.</param>
    /// <param name="titleOf">The title of an id; null where there are no titles.</param>
    public EntityLookup(string kind, int count, bool hasNames, Func<int, string> nameOf, Func<string, int> find, Func<int, string?>? titleOf = null)
    {
        (_kind, Count, _hasNames, _nameOf, _find, _titleOf) = (kind, count, hasNames, nameOf, find, titleOf);
        _namesAreNumbers = new Lazy<bool>(() => _hasNames && Enumerable.Range(0, Count).Any(id => nameOf(id) is var name && IsNumber(name) && name != Number(id)));
        _titles = new Lazy<Dictionary<string, int>>(Titles);
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Items of a model.</summary>
    /// <param name="model">The model.</param>
    public static EntityLookup Items(Recommender model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new EntityLookup("item", model.ItemCount, model.HasItemNames, model.ItemName, model.FindItem, model.HasItemTitles ? model.ItemTitle : null);
    }

    /// <summary>Users of a model.</summary>
    /// <param name="model">The model.</param>
    public static EntityLookup Users(Recommender model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new EntityLookup("user", model.UserCount, model.HasUserNames, model.UserName, model.FindUser);
    }

    /// <summary>The name of an id.</summary>
    /// <param name="id">The id.</param>
    public string NameOf(int id) => _nameOf(id);

    /// <summary>Users of a dataset.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="names">Its names.</param>
    public static EntityLookup Users(Dataset dataset, EntityNames names)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(names);
        return new EntityLookup("user", dataset.UserCount, names.HasUsers, names.OfUser, names.FindUser);
    }

    /// <summary>The title of an id; null where it has none.</summary>
    /// <param name="id">The id.</param>
    public string? TitleOf(int id) => _titleOf?.Invoke(id);

    /// <summary>Whether there are titles.</summary>
    public bool HasTitles => _titleOf is not null;

    /// <summary>Whether there are names.</summary>
    public bool HasNames => _hasNames;

    /// <summary>What people read: the title where there is one, else the name.</summary>
    /// <param name="id">The id.</param>
    public string ShownName(int id) => _titleOf?.Invoke(id) ?? _nameOf(id);

    /// <summary>The id of what was typed; -1 where there is none.</summary>
    /// <param name="text">A name, a title in any case, or a number.</param>
    public int TryFind(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (_hasNames && _find(text) is >= 0 and var named)
            return named;
        if (_titleOf is not null && _titles.Value.TryGetValue(text, out var titled))
            return titled;

        // Where names are numbers, a number that is no name would answer for somebody else.
        return IsNumber(text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Count && !_namesAreNumbers.Value
            ? number
            : -1;
    }

    /// <summary>The id of what was typed.</summary>
    /// <param name="text">A name, a title, or a number.</param>
    /// <param name="file">The file that it stands in; null for none.</param>
    /// <param name="line">The line there.</param>
    /// <exception cref="UserMistakeException">There is none; the message has the nearest spellings.</exception>
    public int Find(string text, string? file = null, long? line = null) =>
        TryFind(text) is >= 0 and var found ? found : throw Unknown(text, file, line);

    /// <summary>Items as a command line lists them: one, or several separated by commas or semicolons. A name may hold a comma where semicolons separate, or where it stands alone.</summary>
    /// <param name="text">The list.</param>
    /// <exception cref="UserMistakeException">One of them is unknown.</exception>
    public IEnumerable<int> FindAll(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const StringSplitOptions Tidy = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        if (TryFind(text.Trim()) is >= 0 and var only)
            return [only];
        return text.Split(text.Contains(';', StringComparison.Ordinal) ? ';' : ',', Tidy).Select(part => Find(part)).ToArray();
    }

    /// <summary>The nearest spellings of what is known.</summary>
    /// <param name="text">What was typed.</param>
    public IReadOnlyList<string> Nearest(string text)
    {
        if (!_hasNames && _titleOf is null)
            return [];
        var known = Enumerable.Range(0, Count).Select(_nameOf);
        return Spelling.NearestFew(text, _titleOf is null ? known : known.Concat(Enumerable.Range(0, Count).Select(id => _titleOf(id) ?? "")), Shown);
    }

    /// <summary>The mistake of naming somebody unknown.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="file">The file that it stands in; null for none.</param>
    /// <param name="line">The line there.</param>
    public UserMistakeException Unknown(string text, string? file = null, long? line = null)
    {
        var near = Nearest(text);
        var advice = near.Count > 0 ? $"did you mean {string.Join(" or ", near.Select(name => $"'{name}'"))}?"
            : Count == 0 ? $"nothing is known of {_kind}s by id: give a history with --history"
            : !_hasNames ? $"give a whole number from 0 to {Count - 1}"
            : _namesAreNumbers.Value ? $"give a name as the dataset has it, such as '{_nameOf(0)}'"
            : $"give a name as the dataset has it, such as '{_nameOf(0)}', or a whole number from 0 to {Count - 1}";
        return new UserMistakeException(file, line, $"there is no {_kind} '{text}'", advice);
    }

    private static bool IsNumber(string name) => name.Length > 0 && name.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;

    private static string Number(int id) => id.ToString(CultureInfo.InvariantCulture);

    private Dictionary<string, int> Titles()
    {
        var titles = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var id = 0; id < Count; id++)
        {
            if (_titleOf!(id) is { } title)
                titles.TryAdd(title, id);
        }

        return titles;
    }
}
