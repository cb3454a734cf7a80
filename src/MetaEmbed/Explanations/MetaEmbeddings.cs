namespace MetaEmbed.Explanations;

/// <summary>A coarse meta-embedding.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Name">What it stands for: terms that its items have more often than others, else its most typical items.</param>
/// <param name="Users">Users composed of it.</param>
/// <param name="Items">Items composed of it.</param>
/// <param name="Share">Its share of all compositions, of users and items; 0 for a dead one.</param>
/// <param name="Norm">Length of its propagated row.</param>
/// <param name="Typical">Its most typical items, the best first.</param>
/// <param name="Terms">Terms that its items have more often than others, the most telling first.</param>
/// <param name="Fine">Fine ones that refine it, with their weights in S2.</param>
public sealed record CoarseMetaEmbedding(
    int Number,
    string Name,
    int Users,
    int Items,
    double Share,
    double Norm,
    IReadOnlyList<int> Typical,
    IReadOnlyList<TermUse> Terms,
    IReadOnlyList<(int Fine, double Weight)> Fine)
{
    /// <summary>Whether nothing is composed of it.</summary>
    public bool IsDead => Users + Items == 0;
}

/// <summary>A fine meta-embedding.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Name">What it refines, by name.</param>
/// <param name="Alive">Share of its elements that the soft threshold leaves.</param>
/// <param name="Norm">Length of its row after the soft threshold.</param>
/// <param name="Refines">Coarse ones that it refines, with their weights in S2, the largest first.</param>
/// <param name="Reach">Weight of it in all compositions: sum over the coarse ones of S2 times their share of use.</param>
public sealed record FineMetaEmbedding(int Number, string Name, double Alive, double Norm, IReadOnlyList<(int Coarse, double Weight)> Refines, double Reach)
{
    /// <summary>Whether it changes nothing: no coarse one refers to it, or all its elements are 0.</summary>
    public bool IsDead => Refines.Count == 0 || Alive == 0;
}

/// <summary>A term and how often it stands.</summary>
/// <param name="Term">A value of a catalog field, or a word of titles and names.</param>
/// <param name="Field">The field; title or name.</param>
/// <param name="Within">Share of the meta-embedding's items that have it, each weighted by its composition.</param>
/// <param name="Overall">Share of all items that have it.</param>
public sealed record TermUse(string Term, string Field, double Within, double Overall);
