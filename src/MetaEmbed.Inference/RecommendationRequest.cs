namespace MetaEmbed.Inference;

/// <summary>One list of a batch: for a known user, or for a history.</summary>
public sealed record RecommendationRequest
{
    /// <summary>A user that the file knows; -1 for none, then <see cref="History"/> counts.</summary>
    public int User { get; init; } = -1;

    /// <summary>The items that a user has met, in any order.</summary>
    public ReadOnlyMemory<int> History { get; init; }

    /// <summary>Items to leave out besides those of the history.</summary>
    public ReadOnlyMemory<int> Exclude { get; init; }

    /// <summary>The only items allowed; null for all.</summary>
    public ReadOnlyMemory<int>? Allow { get; init; }

    /// <summary>Asked, from any thread, for each item that would enter the list; null for no such question.</summary>
    public Func<int, bool>? Accept { get; init; }

    /// <summary>Whether items of the history may be recommended again.</summary>
    public bool IncludeHistory { get; init; }

    internal ItemFilter Filter()
    {
        return Allow is { } allow
            ? new ItemFilter { Exclude = Exclude.Span, Allow = allow.Span, Accept = Accept, IncludeHistory = IncludeHistory }
            : new ItemFilter { Exclude = Exclude.Span, Accept = Accept, IncludeHistory = IncludeHistory };
    }
}
