using System.Globalization;
using MetaEmbed.Experiments;
using MetaEmbed.Experiments.Ablations;

namespace MetaEmbed.Cli.Plots;

/// <summary>One part of a study, with its words.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Axis">What is varied.</param>
/// <param name="After">What the model with the fine stage is called.</param>
/// <param name="Points">Its points.</param>
internal sealed record AblationPart(string Title, string Axis, string After, IReadOnlyList<AblationCurvePoint> Points)
{
    private readonly bool _isChoice;

    private AblationPart(string title, string axis, string after, IReadOnlyList<AblationCurvePoint> points, bool isChoice)
        : this(title, axis, after, points) => _isChoice = isChoice;

    /// <summary>The values of what is varied, ascending.</summary>
    public IReadOnlyList<double> Values => [.. Points.Select(point => point.X).Distinct().Order()];

    /// <summary>The part of a study that a panel's name stands for.</summary>
    public static AblationPart Of(string panel, IReadOnlyList<AblationCurvePoint> all)
    {
        var points = all.Where(point => point.Panel == panel).ToList();
        const string After = "after the fine stage";
        return panel switch
        {
            AblationPanels.FixedCoarse => new("(a) A fixed number of coarse meta-embeddings, fine ones added", "fine ones, as a share of the coarse ones", After, points),
            AblationPanels.FixedTotal => new("(b) A fixed total, fine ones in the place of coarse ones", "fine meta-embeddings among all", After, points),
            AblationPanels.Gate => new("The gate", "gate g", After, points),
            AblationPanels.Threshold => new("The threshold on F", "threshold", After, points),
            AblationPanels.Frozen => new("Is the gain F's or the item bias's?", "", After, points, isChoice: true),
            _ => new(panel, "", After, points),
        };
    }

    /// <summary>The points of a stage at a metric, ascending; after the fine stage, a point without one counts as it is.</summary>
    public IReadOnlyList<(double X, double Y)> Line(string stage, string metric) =>
    [
        .. Values.Select(x => (X: x, Point: At(x, stage) ?? (stage == TrainingStages.Fine ? At(x, TrainingStages.Coarse) : null)))
            .Where(pair => pair.Point is not null && pair.Point.Values.ContainsKey(metric))
            .Select(pair => (pair.X, pair.Point!.Values[metric])),
    ];

    /// <summary>What a value is called under the axis.</summary>
    public string Tick(double value) =>
        _isChoice ? value == 0 ? "F trained" : "F frozen" : value.ToString("R", CultureInfo.InvariantCulture);

    private AblationCurvePoint? At(double x, string stage) => Points.FirstOrDefault(point => point.X == x && point.Stage == stage);
}
