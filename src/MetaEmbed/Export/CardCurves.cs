using MetaEmbed.Experiments;

namespace MetaEmbed.Export;

/// <summary>The validation curves of a run, short enough for a card.</summary>
internal static class CardCurves
{
    public static IReadOnlyList<CardCurve> Of(ExportContent content)
    {
        var curves = new List<CardCurve>();
        foreach (var stage in RunSettings.Read(content.Run.Layout.Settings).Keys)
        {
            var table = content.Run.Layout.Stage(stage).Metrics;
            if (!File.Exists(table))
                continue;
            var rows = MetricsTable.Read(table).Where(row => row.Ndcg.ContainsKey(content.ChoiceCutoff)).ToList();
            var points = rows.ConvertAll(row => new CardPoint(row.Epoch, row.Phase, row.Ndcg[content.ChoiceCutoff], row.Recall[content.ChoiceCutoff]));
            if (points.Count > 0)
                curves.Add(new CardCurve(stage, content.ChoiceCutoff, Thinned(points)));
        }

        return curves;
    }

    /// <summary>At most <see cref="CardCurve.MostPoints"/>, evenly chosen; the first, the best and the last stay.</summary>
    internal static IReadOnlyList<CardPoint> Thinned(IReadOnlyList<CardPoint> points)
    {
        if (points.Count <= CardCurve.MostPoints)
            return points;
        var best = Enumerable.Range(0, points.Count).MaxBy(place => points[place].Ndcg);
        var chosen = Enumerable.Range(0, CardCurve.MostPoints - 1).Select(step => (int)((long)step * (points.Count - 1) / (CardCurve.MostPoints - 2)));
        return [.. chosen.Append(best).Distinct().Order().Select(place => points[place])];
    }
}
