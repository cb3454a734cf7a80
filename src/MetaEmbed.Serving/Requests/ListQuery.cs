using System.Runtime.InteropServices;
using MetaEmbed.Inference;

namespace MetaEmbed.Serving.Requests;

/// <summary>What one list is wanted of, with ids turned into the model's numbers; kept for the next request.</summary>
internal sealed class ListQuery
{
    private readonly List<int> _history = [];
    private readonly List<int> _exclude = [];
    private readonly List<int> _allow = [];

    /// <summary>The user as it was sent; null for none.</summary>
    public string? User { get; set; }

    /// <summary>The user's number in the model; -1 where it does not know the user.</summary>
    public int KnownUser { get; set; } = -1;

    public int K { get; set; } = 10;

    public bool Explain { get; set; }

    public bool IncludeHistory { get; set; }

    public bool HasAllow { get; set; }

    /// <summary>The catalog's filter; null for none.</summary>
    public Func<int, bool>? Accept { get; set; }

    /// <summary>Items of the history that the model knows; the user's events are added to it.</summary>
    public List<int> History => _history;

    public List<int> Exclude => _exclude;

    public List<int> Allow => _allow;

    /// <summary>Ids of the history that the model does not know.</summary>
    public List<string> UnknownItems { get; } = [];

    /// <summary>How many events of the user's were added to the history.</summary>
    public int EventCount { get; set; }

    public ReadOnlySpan<int> HistorySpan => CollectionsMarshal.AsSpan(_history);

    public ItemFilter Filter()
    {
        var exclude = CollectionsMarshal.AsSpan(_exclude);
        return HasAllow
            ? new ItemFilter { Exclude = exclude, Allow = CollectionsMarshal.AsSpan(_allow), Accept = Accept, IncludeHistory = IncludeHistory }
            : new ItemFilter { Exclude = exclude, Accept = Accept, IncludeHistory = IncludeHistory };
    }

    public void Clear()
    {
        User = null;
        KnownUser = -1;
        K = 10;
        Explain = IncludeHistory = HasAllow = false;
        Accept = null;
        _history.Clear();
        _exclude.Clear();
        _allow.Clear();
        UnknownItems.Clear();
        EventCount = 0;
    }
}
