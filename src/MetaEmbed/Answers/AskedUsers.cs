using System.Text;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Answers;

/// <summary>The users of a batch: all, or those that a file names. Somebody unknown is kept by name where popular items may stand in.</summary>
public sealed class AskedUsers
{
    private readonly EntityLookup _users;
    private readonly int[]? _ids;
    private readonly Dictionary<int, string> _unknown;

    private AskedUsers(EntityLookup users, int[]? ids, Dictionary<int, string> unknown, string identity)
    {
        (_users, _ids, _unknown, Identity) = (users, ids, unknown, identity);
    }

    /// <summary>How many there are.</summary>
    public int Count => _ids?.Length ?? _users.Count;

    /// <summary>How many of them are unknown.</summary>
    public int UnknownCount => _unknown.Count;

    /// <summary>Says which users these are: two batches with one identity ask for the same.</summary>
    public string Identity { get; }

    /// <summary>All users of a source.</summary>
    /// <param name="users">The users.</param>
    /// <exception cref="UserMistakeException">There is none.</exception>
    public static AskedUsers All(EntityLookup users)
    {
        ArgumentNullException.ThrowIfNull(users);
        if (users.Count == 0)
            throw new UserMistakeException("the model file knows no users", "give --data, the folder of the dataset, to take their histories from it");
        return new AskedUsers(users, null, [], "all");
    }

    /// <summary>The users that a text names, one a line; empty lines do not count.</summary>
    /// <param name="users">The users.</param>
    /// <param name="stream">The text, UTF-8.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="keepUnknown">Whether somebody unknown is kept rather than refused.</param>
    /// <exception cref="UserMistakeException">Nobody is named, somebody is unknown, or the text is no UTF-8.</exception>
    public static AskedUsers Read(EntityLookup users, Stream stream, string name, bool keepUnknown)
    {
        ArgumentNullException.ThrowIfNull(users);
        var ids = new List<int>();
        var unknown = new Dictionary<int, string>();
        var identity = new StringBuilder();
        (string Text, int Line)? first = null;
        var refused = 0;
        var line = 0;
        using var text = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            while (text.ReadLine() is { } row)
            {
                line++;
                if (string.IsNullOrWhiteSpace(row))
                    continue;
                var id = users.TryFind(row.Trim());
                if (id < 0 && !keepUnknown)
                {
                    first ??= (row.Trim(), line);
                    refused++;
                    continue;
                }

                if (id < 0)
                    unknown[ids.Count] = row.Trim();
                ids.Add(id);
                identity.Append(row.Trim()).Append('\n');
            }
        }
        catch (DecoderFallbackException failure)
        {
            throw new UserMistakeException(name, line + 1, "is not UTF-8", "save the file as UTF-8", failure);
        }

        if (first is { } odd)
            throw Refusal(users.Unknown(odd.Text, name, odd.Line), refused - 1);
        return ids.Count == 0
            ? throw new UserMistakeException(name, null, "names no user", "write one a line")
            : new AskedUsers(users, [.. ids], unknown, Checksum.Of(Encoding.UTF8.GetBytes(identity.ToString())));
    }

    /// <summary>The id of the index-th; -1 where unknown.</summary>
    /// <param name="index">From 0.</param>
    public int IdOf(int index) => _ids is null ? index : _ids[index];

    /// <summary>The name of the index-th, as it was given where unknown.</summary>
    /// <param name="index">From 0.</param>
    public string NameOf(int index) => _unknown.TryGetValue(index, out var name) ? name : _users.NameOf(IdOf(index));

    private static UserMistakeException Refusal(UserMistakeException one, int more)
    {
        var others = more == 0 ? "" : more == 1 ? ", and one more is unknown" : $", and {more:N0} more are unknown";
        return new UserMistakeException(one.File, one.Line, one.Found + others, $"{one.Mend.TrimEnd('?')}{(one.Mend.EndsWith('?') ? "? Or" : "; or")} give --fallback popular");
    }
}
