using System.CommandLine;
using MetaEmbed.Cli.Plots;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Experiments.Ablations;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed ablate</c>: trains a study, a run for each point.</summary>
internal static class AblateCommand
{
    public static Command Build(CancellationToken interruption)
    {
        var data = CommonOptions.Data();
        var run = CommonOptions.Run();
        run.Description = "Folder of the study: table, picture, and a run folder for each point.";
        var from = new Option<string?>("--from")
        {
            Description = "A run whose coarse stage is done, taken wherever a point needs such a one; coarse settings are that run's.",
            HelpName = "RUN",
        };
        var beside = new Option<string?>("--beside")
        {
            Description = $"Curves to draw dotted: another study's ablation.csv, or '{PublishedFigures.Word}' for the authors' figure (space study, Gowalla).",
            HelpName = "FILE",
        };
        var json = CommonOptions.Json();
        var study = new SettingOptions<AblationOptions>(name => name, new AblationOptions(), _ => "");
        var settings = new TrainingSettings(Presets.Published.Name);
        var command = new Command("ablate", "Varies one thing and trains a run for each value. Ctrl-C keeps what is done; the same command goes on.");
        foreach (var option in new Option[] { data, run, from, beside, json })
            command.Add(option);
        study.AddTo(command);
        settings.AddTo(command);
        command.WithExamples(
            "metaembed ablate --data datasets/gowalla --run runs/space --beside published",
            "metaembed ablate --data datasets/gowalla --run runs/frozen --study frozen --from runs/gowalla",
            "metaembed ablate --data datasets/gowalla --run runs/gate --study gate --gates 0,0.1,0.2,0.5 --from runs/gowalla",
            "metaembed ablate --data DIR --run runs/small --fixed-coarse 20 --fixed-total 40 --fine-of-total 0,10,20 --max-epochs 20");
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(data);
            var source = parsed.GetValue(from);
            var varied = Settings<AblationOptions>.Apply(new AblationOptions(), study.Given(parsed));
            CheckStudy(varied.Study, study.Given(parsed));
            var (setCoarse, setFine) = AblationPlan.Sets(varied.Study);
            settings.Refuse(parsed, setCoarse, setFine, $"set by the {varied.Study.ToString().ToLowerInvariant()} study");
            var chosen = settings.Read(parsed, folder);
            if (source is not null)
                settings.RefuseCoarse(parsed, source);
            var published = parsed.GetValue(beside) is { } named ? PublishedFigures.Read(named) : [];
            var request = new AblationRequest(folder, parsed.GetRequiredValue(run), chosen.Preset.Name, varied, chosen.Coarse, chosen.Fine, chosen.Threads, source);
            var screen = Screen.Open(parsed.GetValue(json));
            TrainingView.Preset(screen, chosen.Preset.Name, chosen.IsDefault ? folder : null);
            var result = TrainingView.Watch(screen, progress => AblationRun.Execute(request, progress, interruption));
            if (result.Rows.Count > 0)
                WrittenView.Show(screen, Draw(result.Folder, published));
            AblationView.Show(screen, result);
            return result.Interrupted ? ExitCodes.Interrupted : ExitCodes.Done;
        });
        return command;
    }

    private static string[] Draw(string folder, IReadOnlyList<AblationCurvePoint> published)
    {
        var (svg, png) = AblationFolder.PictureOf(folder);
        var table = AblationFolder.TableOf(folder);
        AblationFigure.Save(AblationCurves.Read(table), published, svg, png);
        return [table, svg, png];
    }

    private static void CheckStudy(AblationStudy study, IReadOnlyList<SettingText> given)
    {
        foreach (var setting in given)
        {
            if (AblationPlan.StudyOf(setting.Name) is { } own && own != study)
            {
                throw new UserMistakeException(
                    $"{setting.Origin} goes with --study {own.ToString().ToLowerInvariant()}, not with --study {study.ToString().ToLowerInvariant()}", "leave one of them out");
            }
        }
    }
}
