using MetaEmbed.Inference.Files;
using MetaEmbed.Inference.Ranking;

namespace MetaEmbed.Inference;

/// <summary>
/// A model file, opened to recommend with. Users and items are whole numbers from 0, as in training; a file may carry their
/// names. Rankings go into spans of the caller's and allocate nothing. Safe for any number of threads at once.
/// </summary>
/// <remarks>
/// The file is mapped, not read, and everything it says is checked before any of it is used. Rows of items are decoded and packed
/// for ranking at the first one, or by <see cref="Prepare"/>; sums of codewords (<c>additive</c>) never are. The file may be replaced by a rename while it is open, not written in place.
/// A list is ordered by score, ties by the smaller item; no score is ever NaN.
/// </remarks>
public sealed partial class Recommender : IDisposable
{
    private readonly ModelParts _parts;
    private readonly ScratchPool _pool;
    private readonly Lease _lease;

    private Recommender(Safetensors file)
    {
        _parts = ModelParts.Open(file);
        _pool = new ScratchPool(ItemCount, Info.Dimension);
        _lease = new Lease(() =>
        {
            _parts.Dispose();
            _pool.Dispose();
        });
    }

    /// <summary>What the file says of itself.</summary>
    public ModelFileInfo Info => _parts.Info;

    /// <summary>Users known by id; 0 where the file knows none.</summary>
    public int UserCount => Info.UserCount;

    /// <summary>Items.</summary>
    public int ItemCount => Info.ItemCount;

    /// <summary>Whether users can be recommended to from a history alone.</summary>
    public bool CanFoldIn => _parts.FoldIn is not null;

    /// <summary>How users are computed from a history; null where they cannot be.</summary>
    public FoldInDescription? FoldInRule => _parts.FoldIn?.Describe();

    /// <summary>Whether the file carries what each user met in training; those items are left out of the user's lists.</summary>
    public bool HasHistories => _parts.Histories is not null;

    /// <summary>Whether items have names.</summary>
    public bool HasItemNames => _parts.ItemNames is not null;

    /// <summary>Whether items have titles, beside their names.</summary>
    public bool HasItemTitles => _parts.ItemTitles is not null;

    /// <summary>Whether users have names.</summary>
    public bool HasUserNames => _parts.UserNames is not null;

    /// <summary>Opens a file by memory map.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserMistakeException">It is missing, no model file, of a newer version, or damaged.</exception>
    public static Recommender Open(string path) => new(Safetensors.Open(path));

    /// <summary>Opens a file that lies in memory, where there is no file system; the bytes are copied.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="UserMistakeException">It is no model file, of a newer version, or damaged.</exception>
    public static Recommender Read(ReadOnlySpan<byte> file, string name) => new(Safetensors.Read(file, name));

    /// <summary>Decodes and packs the rows of items now rather than at the first ranking.</summary>
    /// <exception cref="UserMistakeException">A row is damaged.</exception>
    public void Prepare()
    {
        using var call = Enter();
        _ = _parts.Items.Scan;
    }

    /// <summary>The name of an item; its number where it has none.</summary>
    /// <param name="item">The item.</param>
    public string ItemName(int item)
    {
        using var call = Enter();
        CheckItem(item);
        return _parts.ItemNames?.Of(item) is { Length: > 0 } name ? name : $"{item}";
    }

    /// <summary>The title of an item, what it is called where its name is only a key; null where it has none.</summary>
    /// <param name="item">The item.</param>
    public string? ItemTitle(int item)
    {
        using var call = Enter();
        CheckItem(item);
        return _parts.ItemTitles?.Of(item) is { Length: > 0 } title ? title : null;
    }

    /// <summary>The name of a user; its number where it has none.</summary>
    /// <param name="user">The user.</param>
    public string UserName(int user)
    {
        using var call = Enter();
        CheckUser(user);
        return _parts.UserNames?.Of(user) is { Length: > 0 } name ? name : $"{user}";
    }

    /// <summary>The first item of a name, exactly; -1 where there is none.</summary>
    /// <param name="name">The name.</param>
    public int FindItem(string name)
    {
        using var call = Enter();
        return _parts.ItemNames?.Find(name) ?? -1;
    }

    /// <summary>The first user of a name, exactly; -1 where there is none.</summary>
    /// <param name="name">The name.</param>
    public int FindUser(string name)
    {
        using var call = Enter();
        return _parts.UserNames?.Find(name) ?? -1;
    }

    /// <summary>What a user met in training, ascending; empty where the file does not carry it.</summary>
    /// <param name="user">The user.</param>
    /// <exception cref="UserMistakeException">There is no such user, or the histories are damaged.</exception>
    public ReadOnlySpan<int> HistoryOf(int user)
    {
        using var call = Enter();
        CheckUser(user);
        return _parts.Histories is { } histories ? histories.Of(user) : [];
    }

    /// <summary>Copies the row of an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="row">Gets d floats.</param>
    public void CopyItemRow(int item, Span<float> row)
    {
        using var call = Enter();
        CheckItem(item);
        _parts.Items.Rows.Decode(item, row[..Info.Dimension]);
    }

    /// <summary>The bias of an item, part of its score.</summary>
    /// <param name="item">The item.</param>
    public float ItemBias(int item)
    {
        CheckItem(item);
        return _parts.Items.Bias(item);
    }

    /// <summary>Copies the row of a user: their own where the file has it, else folded in from what they met in training.</summary>
    /// <param name="user">The user.</param>
    /// <param name="row">Gets d floats.</param>
    /// <exception cref="UserMistakeException">There is no such user.</exception>
    public void CopyUserRow(int user, Span<float> row)
    {
        using var call = Enter();
        LoadUser(user, call.Scratch);
        call.Scratch.User.CopyTo(row);
    }

    /// <summary>Copies the row of a user who has met these items.</summary>
    /// <param name="history">The items, in any order; zeros come of none.</param>
    /// <param name="row">Gets d floats.</param>
    /// <exception cref="UserMistakeException">An item does not exist, or the file cannot fold in.</exception>
    public void FoldIn(ReadOnlySpan<int> history, Span<float> row)
    {
        using var call = Enter();
        LoadHistory(history, call.Scratch);
        call.Scratch.User.CopyTo(row);
    }

    /// <summary>How a user is folded in: the factor of each item's row, so that the user's row is the sum of factor times row.</summary>
    /// <param name="history">The items, each once.</param>
    /// <param name="factors">Gets a factor for each.</param>
    /// <exception cref="UserMistakeException">An item does not exist, or the file cannot fold in.</exception>
    public void FoldInFactors(ReadOnlySpan<int> history, Span<float> factors)
    {
        using var call = Enter();
        foreach (var item in history)
            CheckItem(item);
        if (_parts.FoldIn is null)
            throw new UserMistakeException(Info.Name, null, "cannot fold in a user from a history", "export it again with fold-in weights");
        _parts.FoldIn.Factors(history, factors);
    }

    /// <summary>Closes the file. Calls under way on other threads end first; later ones throw.</summary>
    public void Dispose() => _lease.Close();

    private Call Enter()
    {
        ObjectDisposedException.ThrowIf(!_lease.TryEnter(), this);
        return new Call(this);
    }

    private void CheckItem(int item)
    {
        if ((uint)item >= (uint)ItemCount)
            throw ItemSet.NoItem(item, ItemCount);
    }

    private void CheckUser(int user)
    {
        if ((uint)user >= (uint)UserCount)
            throw new UserMistakeException($"there is no user {user}", UserCount == 0 ? "the model file knows no users: give a history" : $"give one from 0 to {UserCount - 1}");
    }

    /// <summary>A call under way: keeps the file open and holds scratch.</summary>
    private readonly ref struct Call(Recommender owner) : IDisposable
    {
        public RankingScratch Scratch { get; } = owner._pool.Take();

        public void Dispose()
        {
            owner._pool.Give(Scratch);
            owner._lease.Leave();
        }
    }
}
