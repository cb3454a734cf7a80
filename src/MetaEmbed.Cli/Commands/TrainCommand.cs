using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Models;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed train</c>: trains a run, both stages or one.</summary>
internal static class TrainCommand
{
    /// <summary>A setting of the coarse stage that a fine stage may change: the authors drew a new split with each seed.</summary>
    private const string SplitSeed = "split-seed";

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
        var settings = new TrainingSettings(null);
        var memory = new Option<string?>("--memory-limit")
        {
            Description = "Refuses, before the run begins, a training that would take more memory than this by its estimate (docs/scale.md), such as 4GB.",
            HelpName = "SIZE",
        };
        var resume = new Option<bool>("--resume") { Description = "Goes on from the last checkpoint of the run folder." };
        var json = CommonOptions.Json();

        var command = new Command("train", "Trains a run on a dataset. Ctrl-C keeps a checkpoint that --resume goes on from.");
        foreach (var option in new Option[] { data, run, stage, from, memory, resume, json })
            command.Add(option);
        settings.AddTo(command);
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
            var chosen = settings.Read(parsed, folder);
            var trained = stages ?? (chosen.Coarse.Model == ModelKind.MetaEmbeddings ? chosen.Preset.Stage : TrainingStages.Coarse);
            if (chosen.Coarse.UserRows == UserRowKind.Own)
            {
                CheckStage(trained, source);
                if (source is not null)
                    settings.RefuseCoarse(parsed, source, SplitSeed);
            }

            var request = new TrainRequest(folder, parsed.GetRequiredValue(run), chosen.Preset.Name, chosen.Coarse, chosen.Threads, parsed.GetValue(resume))
            {
                Stage = trained,
                Fine = chosen.Fine,
                From = source,
                MemoryLimit = parsed.GetValue(memory) is { } limit ? MemorySize.Parse(limit, "--memory-limit") : 0,
                SplitSeed = settings.Gives(parsed, SplitSeed) ? chosen.Coarse.SplitSeed : null,
            };
            var screen = Screen.Open(parsed.GetValue(json));
            TrainingView.Preset(screen, chosen.Preset.Name, chosen.IsDefault ? folder : null);
            var result = TrainingView.Watch(screen, progress => TrainingRun.Execute(request, progress, interruption));
            if (!result.Interrupted)
                WrittenView.Show(screen, RunReport.Write(new RunLayout(result.RunFolder), null, [], folder, chosen.Threads, interruption));
            TrainResultView.Show(screen, result);
            return result.Interrupted ? ExitCodes.Interrupted : ExitCodes.Done;
        });
        return command;
    }

    private static void CheckStage(string stage, string? from)
    {
        if (!TrainingStages.All.Contains(stage))
            throw new UserMistakeException($"there is no stage '{stage}'", Spelling.Advice(stage, [.. TrainingStages.All]));
        if (from is not null && stage != TrainingStages.Fine)
            throw new UserMistakeException($"--from goes with --stage fine or with --user-rows folded, not with --stage {stage}", "leave --from out, or give --stage fine");
    }
}
