namespace MetaEmbed.Serving.Events;

/// <summary>A user met an item.</summary>
/// <param name="User">The user's id.</param>
/// <param name="Item">The item's id.</param>
/// <param name="Time">Milliseconds since 1970.</param>
/// <param name="Type">What happened; null where nobody said. Kept, not interpreted.</param>
/// <param name="Rating">How much it was liked; NaN where nobody said.</param>
internal readonly record struct UserEvent(string User, string Item, long Time, string? Type, double Rating);
