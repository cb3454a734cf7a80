namespace MetaEmbed;

/// <summary>An event in memory: a user met an item.</summary>
/// <param name="User">The user, by any text.</param>
/// <param name="Item">The item, by any text.</param>
/// <param name="Time">When; null where it is not known.</param>
/// <param name="Rating">How much the user liked it; null where nobody asked.</param>
/// <param name="Weight">How often, or how much; looked at only where weights count.</param>
public readonly record struct ItemEvent(string User, string Item, DateTimeOffset? Time = null, double? Rating = null, double Weight = 1);
