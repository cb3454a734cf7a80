namespace MetaEmbed.Inference;

/// <summary>An item of a list, with what it is called.</summary>
/// <param name="Item">Its id.</param>
/// <param name="Name">Its name; its number where the file carries no names.</param>
/// <param name="Title">Its title; null where it has none.</param>
/// <param name="Score">Its score; only the order of scores of one list means anything.</param>
public readonly record struct NamedRecommendation(int Item, string Name, string? Title, float Score);
