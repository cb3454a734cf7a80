using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Training;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed train</c>: trains a run, both stages or one.</summary>
internal static class TrainCommand
{
    public static Command Build(CancellationToken interruption)
    {
        var data = CommonOptions.Data();
        var run = CommonOptions.Run();
        var stage = new Option<string?>("--stage")
        {
            Description = "What to train: coarse, fine, or both, one after the other. If not given: what the preset says; a table or mf model has no fine stage.",
            HelpName = "STAGE",
        };
        var from = new Option<string?>("--from")
        {
            Description = "With --stage fine: the run whose coarse model it starts from, with its settings. With --user-rows folded: the run whose item rows it starts from.",
            HelpName = "RUN",
        };
        var preset = new Option<string?>("--preset")
        {
            Description = $"Settings to start from; 'metaembed presets' lists them. If not given: {Presets.Fast.Name}.",
            HelpName = "NAME",
        };
        var config = new Option<string?>("--config")
        {
            Description = "Config file (TOML); stronger than the preset, weaker than options. Sample: docs/sample-config.toml.",
            HelpName = "FILE",
        };
        var threads = CommonOptions.Threads();
        var resume = new Option<bool>("--resume") { Description = "Goes on from the last checkpoint of the run folder." };
        var json = CommonOptions.Json();
        var coarse = new SettingOptions<CoarseTrainingOptions>(
            name => name, Presets.Published.Coarse, name => FineNames.Shared.Contains(name) ? "; for both stages" : "");
        var fine = new SettingOptions<FineTrainingOptions>(
            FineNames.Of, Presets.Published.Fine, name => FineNames.Shared.Contains(name) ? $", or as --{name}" : "");

        var command = new Command("train", "Trains a run on a dataset. Ctrl-C keeps a checkpoint that --resume goes on from.");
        foreach (var option in new Option[] { data, run, stage, from, preset, config, threads, resume, json })
            command.Add(option);
        coarse.AddTo(command);
        fine.AddTo(command);
        command.WithExamples(
            "metaembed train --data datasets/gowalla --run runs/gowalla",
            "metaembed train --data datasets/gowalla --run runs/gowalla --resume",
            "metaembed train --data datasets/gowalla --run runs/gate --stage fine --from runs/gowalla --fine-gate 0.4",
            "metaembed train --data datasets/gowalla --run runs/wide --stage coarse --coarse-count 500 --learning-rate 0.003 --seed 7",
            "metaembed train --data datasets/gowalla --run runs/own --config own.toml --max-epochs 20 --json");
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(data);
            var stages = parsed.GetValue(stage);
            var source = parsed.GetValue(from);
            var plain = coarse.Given(parsed);
            var file = parsed.GetValue(config) is { } path ? ConfigFile.Read(path) : ConfigFile.Empty;
            var named = parsed.GetValue(preset) ?? file["preset"]?.Value;
            var start = Presets.Find(named, folder);
            var shared = plain.Where(given => FineNames.Shared.Contains(given.Name));
            var coarseOptions = Settings<CoarseTrainingOptions>.Apply(start.Coarse, [.. file.Coarse, .. plain]);
            var trained = stages ?? (coarseOptions.Model == ModelKind.MetaEmbeddings ? start.Stage : TrainingStages.Coarse);
            if (coarseOptions.UserRows == UserRowKind.Own)
                CheckStage(trained, source, plain);
            var request = new TrainRequest(
                folder,
                parsed.GetRequiredValue(run),
                start.Name,
                coarseOptions,
                parsed.GetResult(threads) is { Implicit: false } ? parsed.GetValue(threads) : file.Threads ?? 0,
                parsed.GetValue(resume))
            {
                Stage = trained,
                Fine = Settings<FineTrainingOptions>.Apply(start.Fine, [.. file.Fine, .. shared, .. fine.Given(parsed)]),
                From = source,
            };
            var screen = Screen.Open(parsed.GetValue(json));
            TrainingView.Preset(screen, start.Name, named is null ? folder : null);
            var result = TrainingView.Watch(screen, progress => TrainingRun.Execute(request, progress, interruption));
            if (!result.Interrupted)
                WrittenView.Show(screen, RunReport.Write(new RunLayout(result.RunFolder), null, []));
            TrainResultView.Show(screen, result);
            return result.Interrupted ? ExitCodes.Interrupted : ExitCodes.Done;
        });
        return command;
    }

    private static void CheckStage(string stage, string? from, IReadOnlyList<SettingText> coarse)
    {
        if (!TrainingStages.All.Contains(stage))
            throw new UserMistakeException($"there is no stage '{stage}'", Spelling.Advice(stage, [.. TrainingStages.All]));
        if (from is null)
            return;
        if (stage != TrainingStages.Fine)
            throw new UserMistakeException($"--from goes with --stage fine or with --user-rows folded, not with --stage {stage}", "leave --from out, or give --stage fine");
        if (coarse.FirstOrDefault(given => !FineNames.Shared.Contains(given.Name)) is { } given)
        {
            var own = FineNames.Of(given.Name);
            throw new UserMistakeException(
                $"{given.Origin} is a setting of the coarse stage, which --from takes from {from}",
                Settings<FineTrainingOptions>.Find(given.Name) is null ? "leave it out" : $"leave it out, or give --{own}");
        }
    }
}
