namespace MetaEmbed.Inference.Files;

/// <summary>What a model file is for.</summary>
public enum ModelFileKind
{
    /// <summary>Items only, compressed; a user is folded in from the items of their history. For apps.</summary>
    Device,

    /// <summary>A row for every user and every item, in 8 or 16 bits. For services.</summary>
    Table,

    /// <summary>Parameters and the train graph: ranks bit for bit as the checkpoint it was made of.</summary>
    Exact,
}
