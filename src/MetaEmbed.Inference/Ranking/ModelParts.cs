using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Exact;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Inference.Ranking;

/// <summary>What a model file holds, opened and checked; rows are decoded later.</summary>
internal sealed class ModelParts : IDisposable
{
    private readonly Safetensors _file;
    private readonly ExactRows? _computed;

    private ModelParts(Safetensors file)
    {
        _file = file;
        Info = ModelFormat.Describe(file);
        var (users, items, dimension) = (Info.UserCount, Info.ItemCount, Info.Dimension);
        var decoded = sizeof(float) * (long)dimension * (Info.Kind == ModelFileKind.Exact ? (long)items + users : items);
        if (decoded > ModelFormat.MostDecodedBytes(file.Length))
            throw Damaged($"announces rows that take {decoded} bytes when decoded, more than a file of {file.Length} bytes can mean");
        var bias = ByteValues.Read(file, "item_bias", items);
        Histories = Histories.Open(file, users, items);
        if (Info.Kind == ModelFileKind.Exact)
        {
            var model = new ExactParameters(file, Info, Histories ?? throw Damaged("is of kind exact, but carries no histories"));
            var graph = new ExactGraph(model);
            _computed = new ExactRows(model, graph);
            Users = _computed.View(0, users);
            Items = new ItemTable(_computed.View(users, items), bias, Damaged, UserNorm);
            FoldIn = FoldIn.Of(file, FoldInRule.Expanded, graph.FoldWeights(users), graph.FoldShares(users));
        }
        else
        {
            Items = new ItemTable(RowCode.Open(file, "items", items, dimension), bias, Damaged, UserNorm);
            FoldIn = FoldIn.Open(file, items);
            if (ModelFormat.Text(file, ModelFormat.UserCodeKey) is not null)
                Users = RowCode.Open(file, "users", users, dimension);
        }

        if (users > 0 && Users is null && (Histories is null || FoldIn is null))
            throw Damaged($"announces {users} users, but holds neither their rows nor their histories");
        ItemNames = NameList.Open(file, "names.items", items);
        ItemTitles = NameList.Open(file, "titles.items", items);
        UserNames = NameList.Open(file, "names.users", users);
        Popular = ReadPopular(file, items);
    }

    public ModelFileInfo Info { get; }

    public ItemTable Items { get; }

    /// <summary>Rows of users; null where they are folded in or unknown.</summary>
    public RowCode? Users { get; }

    public FoldIn? FoldIn { get; }

    public Histories? Histories { get; }

    public NameList? ItemNames { get; }

    public NameList? ItemTitles { get; }

    public NameList? UserNames { get; }

    /// <summary>The items met most often in training, with how often; empty where the file has none.</summary>
    public Recommendation[] Popular { get; }

    public static ModelParts Open(Safetensors file)
    {
        try
        {
            return new ModelParts(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Items.Dispose();
        _computed?.Dispose();
        _file.Dispose();
    }

    private UserMistakeException Damaged(string found) => ModelFormat.Damaged(_file, found);

    private float? UserNorm() => TypicalUser.Norm(Users);

    private static Recommendation[] ReadPopular(Safetensors file, int items)
    {
        if (!file.TryFind("popular.items", out _))
            return [];
        var ids = new MappedTensor<int>(file, "popular.items", -1).Span;
        var counts = new MappedTensor<uint>(file, "popular.counts", ids.Length).Span;
        var met = new ItemSet(items);
        var popular = new Recommendation[Math.Min(ids.Length, items)];
        if (ids.Length > items)
            throw ModelFormat.Damaged(file, $"popular.items has {ids.Length} items, more than there are");
        for (var i = 0; i < ids.Length; i++)
        {
            if ((uint)ids[i] >= (uint)items || met.Contains(ids[i]) || (i > 0 && counts[i] > counts[i - 1]))
                throw ModelFormat.Damaged(file, $"popular.items is out of order at {i}: each item stands once, the most popular first");
            met.Add(ids[i]);
            popular[i] = new Recommendation(ids[i], counts[i]);
        }

        return popular;
    }
}
