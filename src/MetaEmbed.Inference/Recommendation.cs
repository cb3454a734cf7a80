namespace MetaEmbed.Inference;

/// <summary>An item of a list.</summary>
/// <param name="Item">Its id.</param>
/// <param name="Score">Its score; only the order of scores of one list means anything.</param>
public readonly record struct Recommendation(int Item, float Score);
