namespace MetaEmbed.Models;

/// <summary>Where the first assignment of entities to coarse meta-embeddings comes from.</summary>
public enum AssignmentInitialization
{
    /// <summary>A balanced partition of the train graph with few cut edges, as METIS makes it.</summary>
    Partition,

    /// <summary>Meta-embeddings drawn at random.</summary>
    Random,
}

/// <summary>How an update chooses the assignment of entities to coarse meta-embeddings.</summary>
public enum AssignmentUpdateRule
{
    /// <summary>The t largest signed values of a row of H pinv(H_C), as published.</summary>
    PseudoInverse,

    /// <summary>Greedy least squares: the best row of H_C for what the rows chosen so far leave of h.</summary>
    MatchingPursuit,
}

/// <summary>Where the item biases start.</summary>
public enum BiasInitialization
{
    /// <summary>N(0, 1), as in the published code.</summary>
    Normal,

    /// <summary>Zero.</summary>
    Zero,
}

/// <summary>Where the first layer's rows of the entities come from.</summary>
public enum ModelKind
{
    /// <summary>Composed of shared meta-embeddings (LEGCF, C2F-MetaEmbed).</summary>
    MetaEmbeddings,

    /// <summary>A row of its own for every user and item, propagated (LightGCN): the uncompressed ceiling.</summary>
    Table,

    /// <summary>The same rows without propagation (matrix factorisation).</summary>
    Mf,
}

/// <summary>What a user's row is, in an uncompressed model.</summary>
public enum UserRowKind
{
    /// <summary>A row of the user's own.</summary>
    Own,

    /// <summary>A weighted sum of the items of the user's history: no user is stored, any can be ranked.</summary>
    Folded,
}

/// <summary>Where the fine codebook F and its assignment S2 start.</summary>
public enum FineInitialization
{
    /// <summary>F from sparse principal components of C, S2 from a second partition.</summary>
    Partition,

    /// <summary>Both at random.</summary>
    Random,

    /// <summary>
    /// F is 0 and stays 0, since the soft threshold gives zeros no gradient; S2 from a second partition. A control: what the
    /// stage brings without fine meta-embeddings.
    /// </summary>
    Zero,
}
