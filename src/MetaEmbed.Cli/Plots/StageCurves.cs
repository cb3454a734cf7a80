using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Plots;

/// <summary>The curves of one stage of a run.</summary>
/// <param name="Stage">coarse or fine.</param>
/// <param name="Curve">The run's own.</param>
/// <param name="Beside">Another one, drawn dashed; null for none.</param>
internal sealed record StageCurves(string Stage, Curve Curve, Curve? Beside)
{
    /// <summary>The curves of the stages that have been evaluated, in order.</summary>
    /// <param name="run">The run.</param>
    /// <param name="beside">Other curves by stage; null for none.</param>
    public static IReadOnlyList<StageCurves> Of(RunLayout run, IReadOnlyDictionary<string, Curve>? beside) =>
    [
        .. new[] { TrainingStages.Coarse, TrainingStages.Fine }
            .Select(stage => new StageCurves(stage, Curve.OfRun(run, stage), beside?.GetValueOrDefault(stage)))
            .Where(stage => stage.Curve.Points.Count > 0),
    ];

    /// <summary>Draws each stage, as a picture that scales and as pixels.</summary>
    /// <param name="stages">What to draw.</param>
    /// <param name="target">Where the pictures go.</param>
    /// <returns>The pictures' paths.</returns>
    public static IReadOnlyList<string> Save(IReadOnlyList<StageCurves> stages, RunLayout target)
    {
        var written = new List<string>();
        foreach (var stage in stages)
        {
            var (svg, png) = stage.Stage == TrainingStages.Coarse ? (target.CurvesSvg, target.CurvesPng) : (target.FineCurvesSvg, target.FineCurvesPng);
            CurveFigure.Save(stage.Curve, stage.Beside, svg, png);
            written.AddRange([svg, png]);
        }

        return written;
    }
}
