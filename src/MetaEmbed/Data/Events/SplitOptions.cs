using MetaEmbed.Numerics;

namespace MetaEmbed.Data.Events;

/// <summary>How test pairs are chosen; docs/evaluation-protocols.md says which answers which question.</summary>
public enum SplitKind
{
    /// <summary>A share of each user's items, at random.</summary>
    Random,

    /// <summary>One item of each user: the last where there are times, else one at random.</summary>
    LeaveOneOut,

    /// <summary>Everything from one moment on, for all users.</summary>
    Time,

    /// <summary>The last share of each user's items.</summary>
    UserTime,

    /// <summary>Some users as a whole: their histories are kept apart, for models that meet new users.</summary>
    Users,

    /// <summary>As the files say: those named train and those named test.</summary>
    Given,
}

/// <summary>Settings of which pairs an imported dataset keeps and of how they are split.</summary>
public sealed record SplitOptions
{
    /// <summary>How test pairs are chosen.</summary>
    [Setting("How test pairs are chosen.")]
    public SplitKind Split { get; init; } = SplitKind.Random;

    /// <summary>Share of the pairs that are test pairs.</summary>
    [Setting("Share of test pairs, of each user or, with the split time, of all.", Minimum = 0, Maximum = 0.9)]
    public double TestShare { get; init; } = 0.2;

    /// <summary>Share of users held out by <see cref="SplitKind.Users"/>.</summary>
    [Setting("Share of users held out by the split users.", Minimum = 0, Maximum = 0.9)]
    public double NewUserShare { get; init; } = 0.1;

    /// <summary>Share of a held-out user's items that is asked for; the rest is the history.</summary>
    [Setting("Share of a held-out user's items that is asked for; the rest is the history that the user is folded in from.", Minimum = 0.05, Maximum = 0.95)]
    public double NewUserTestShare { get; init; } = 0.5;

    /// <summary>Seed of what is drawn at random.</summary>
    [Setting("Seed of what the split draws at random.", Minimum = 0)]
    public long Seed { get; init; }

    /// <summary>Items that every user has at least, as far as users and items can be taken out until it holds.</summary>
    [Setting("Items that a user must have; users and items with too few are taken out until none is left.", Minimum = 1, Maximum = 1_000_000)]
    public int UserCore { get; init; } = 1;

    /// <summary>Users that every item has at least.</summary>
    [Setting("Users that an item must have; users and items with too few are taken out until none is left.", Minimum = 1, Maximum = 1_000_000)]
    public int ItemCore { get; init; } = 1;

    /// <summary>Whether test pairs stay whose user or item training has never met.</summary>
    [Setting("Whether test pairs stay whose user or item is not in training.")]
    public bool KeepCold { get; init; }

    /// <summary>First moment of test events with <see cref="SplitKind.Time"/>, microseconds since 1970; null to find it from <see cref="TestShare"/>.</summary>
    public long? TestSince { get; init; }

    /// <summary>Whether the split cannot do without times.</summary>
    public bool NeedsTimes => Split is SplitKind.Time or SplitKind.UserTime;

    /// <summary>Whether the split makes use of times where there are some.</summary>
    public bool UsesTimes => NeedsTimes || Split == SplitKind.LeaveOneOut;
}
