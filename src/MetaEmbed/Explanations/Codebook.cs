using MetaEmbed.Data;

namespace MetaEmbed.Explanations;

/// <summary>What a model's meta-embeddings are used for and what they stand for.</summary>
/// <param name="PerEntity">t: meta-embeddings that an entity is composed of, at most.</param>
/// <param name="Coarse">The coarse ones, by number.</param>
/// <param name="Fine">The fine ones, by number; none without a fine stage.</param>
/// <param name="Gate">g, the share of the fine part in a coarse one; null without a fine stage.</param>
public sealed record Codebook(int PerEntity, IReadOnlyList<CoarseMetaEmbedding> Coarse, IReadOnlyList<FineMetaEmbedding> Fine, double? Gate)
{
    private const int TypicalItems = 8;

    /// <summary>Coarse ones that compose at least one user or item.</summary>
    public int InUse => Coarse.Count(meta => meta.Users + meta.Items > 0);

    /// <summary>
    /// How many coarse ones it would be if all were used alike: exp of the entropy of their shares of use. 0 where none is used.
    /// </summary>
    public double Effective => Coarse.All(meta => meta.Share == 0) ? 0 : Math.Exp(-Coarse.Where(meta => meta.Share > 0).Sum(meta => meta.Share * Math.Log(meta.Share)));

    /// <summary>Looks at the codebook of a run.</summary>
    /// <param name="runFolder">The run.</param>
    /// <param name="dataFolder">The dataset, where it has moved; null for where it lay at training.</param>
    /// <param name="fields">The catalog, to name meta-embeddings by; null for none.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <exception cref="Inference.UserMistakeException">The run or its data cannot be used, or its model has no meta-embeddings.</exception>
    public static Codebook Of(string runFolder, string? dataFolder, ItemFields? fields, int threads)
    {
        using var model = OpenedModel.Open(runFolder, dataFolder, threads);
        if (model.Coarse is null)
            throw new Inference.UserMistakeException(runFolder, null, "the model has no meta-embeddings: it is uncompressed", "name a run of a preset with meta-embeddings");
        return Of(model, fields);
    }

    internal static Codebook Of(OpenedModel model, ItemFields? fields)
    {
        var assignment = model.Coarse!;
        var members = new List<(int Entity, double Share)>[assignment.Columns];
        for (var k = 0; k < members.Length; k++)
            members[k] = [];
        var total = 0.0;
        for (var entity = 0; entity < assignment.Rows; entity++)
        {
            foreach (var (coarse, share) in Compositions.Of(assignment, entity))
            {
                members[coarse].Add((entity, share));
                total += share;
            }
        }

        var degrees = model.Dataset.Train.CountByItem();
        var terms = new ItemTerms(model, fields);
        var coarseOnes = new CoarseMetaEmbedding[members.Length];
        for (var k = 0; k < members.Length; k++)
        {
            var items = members[k].Where(member => member.Entity >= model.UserCount).Select(member => (Item: member.Entity - model.UserCount, member.Share)).ToList();
            coarseOnes[k] = new CoarseMetaEmbedding(
                k,
                Name(members[k].Count, items, terms, degrees, model),
                members[k].Count - items.Count,
                items.Count,
                total == 0 ? 0 : members[k].Sum(member => member.Share) / total,
                Norm(model.MetaRows!.Row(k)),
                Typical(items, degrees),
                terms.Of(items),
                model.Fine is null ? [] : [.. Enumerable.Range(k * model.Fine.PerRow, model.Fine.PerRow).Where(i => model.Fine.Weights[i] > 0).Select(i => (model.Fine.Picks[i], (double)model.Fine.Weights[i]))]);
        }

        return new Codebook(assignment.PerRow, coarseOnes, FineOnes(model, coarseOnes), model.Run.Fine?.Gate);
    }

    private static FineMetaEmbedding[] FineOnes(OpenedModel model, CoarseMetaEmbedding[] coarse)
    {
        if (model.FineRows is not { } rows)
            return [];
        var result = new FineMetaEmbedding[rows.Rows];
        for (var m = 0; m < rows.Rows; m++)
        {
            var refines = coarse.SelectMany(meta => meta.Fine.Where(pick => pick.Fine == m).Select(pick => (meta.Number, pick.Weight))).OrderByDescending(pick => pick.Weight).ToList();
            var alive = rows.Row(m)[..model.Run.Options.Dimension].ToArray().Count(value => value != 0);
            var names = refines.Where(pick => coarse[pick.Number].Users + coarse[pick.Number].Items > 0).OrderByDescending(pick => pick.Weight * coarse[pick.Number].Share).Take(2).Select(pick => coarse[pick.Number].Name);
            result[m] = new FineMetaEmbedding(
                m, refines.Count == 0 ? "unused" : alive == 0 ? "all zeros" : string.Join("; ", names), (double)alive / model.Run.Options.Dimension, Norm(rows.Row(m)), refines, refines.Sum(pick => pick.Weight * coarse[pick.Number].Share));
        }

        return result;
    }

    private static string Name(int members, List<(int Item, double Share)> items, ItemTerms terms, int[] degrees, OpenedModel model)
    {
        if (members == 0)
            return "unused";
        if (items.Count == 0)
            return "users only";
        var found = terms.Of(items).Take(3).Select(term => term.Term).ToList();
        return found.Count > 0 ? string.Join(", ", found) : "like " + string.Join(", ", Typical(items, degrees).Take(2).Select(model.ItemName));
    }

    /// <summary>The items that are most of all composed of it, known ones first: share of the composition times ln(1 + users).</summary>
    private static int[] Typical(List<(int Item, double Share)> items, int[] degrees) =>
        [.. items.OrderByDescending(member => member.Share * Math.Log(1 + degrees[member.Item])).ThenBy(member => member.Item).Take(TypicalItems).Select(member => member.Item)];

    private static double Norm(ReadOnlySpan<float> row)
    {
        var sum = 0.0;
        foreach (var value in row)
            sum += (double)value * value;
        return Math.Sqrt(sum);
    }
}
