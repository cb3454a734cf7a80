using System.CommandLine;
using MetaEmbed.Cli.Plots;
using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Commands;

/// <summary>Options that name curves to draw dashed beside a run's own.</summary>
internal sealed class BesideOptions
{
    private readonly Option<string?> _coarse = new("--beside") { Description = "Another run's table of metrics (CSV), drawn dashed.", HelpName = "FILE" };
    private readonly Option<string?> _fine = new("--beside-fine") { Description = "The same for the fine stage.", HelpName = "FILE" };
    private readonly Option<string> _name = new("--beside-name") { Description = "What to call it.", HelpName = "NAME", DefaultValueFactory = _ => "published" };

    public void AddTo(Command command)
    {
        command.Add(_coarse);
        command.Add(_fine);
        command.Add(_name);
    }

    /// <summary>The curves by stage.</summary>
    public IReadOnlyDictionary<string, Curve> Read(ParseResult parsed)
    {
        var curves = new Dictionary<string, Curve>();
        foreach (var (stage, option) in new[] { (TrainingStages.Coarse, _coarse), (TrainingStages.Fine, _fine) })
        {
            if (parsed.GetValue(option) is { } file)
                curves[stage] = Curve.OfTable(file, parsed.GetRequiredValue(_name));
        }

        return curves;
    }
}
