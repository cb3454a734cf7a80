namespace MetaEmbed.Inference;

/// <summary>What a list may hold. The default leaves out the items of the history and nothing else.</summary>
public readonly ref struct ItemFilter
{
    /// <summary>Items to leave out, in any order; one may stand twice.</summary>
    public ReadOnlySpan<int> Exclude { get; init; }

    /// <summary>The only items allowed. Not set: all; set to an empty span: none.</summary>
    public ReadOnlySpan<int> Allow
    {
        get;
        init
        {
            field = value;
            HasAllow = true;
        }
    }

    /// <summary>Whether <see cref="Allow"/> was set.</summary>
    public bool HasAllow { get; private init; }

    /// <summary>Asked for each item that may enter the list, in no order; null for no such question. It must not throw.</summary>
    public Func<int, bool>? Accept { get; init; }

    /// <summary>Whether items of the history may be recommended again.</summary>
    public bool IncludeHistory { get; init; }
}
