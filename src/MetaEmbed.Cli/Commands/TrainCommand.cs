using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Training;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed train</c>: trains a run.</summary>
internal static class TrainCommand
{
    private static readonly string[] Stages = ["coarse"];

    public static Command Build(CancellationToken interruption)
    {
        var data = CommonOptions.Data();
        var run = CommonOptions.Run();
        var stage = new Option<string>("--stage")
        {
            Description = "What to train: coarse.",
            HelpName = "STAGE",
            DefaultValueFactory = _ => Stages[0],
        };
        var preset = new Option<string?>("--preset")
        {
            Description = $"Settings to start from; 'metaembed presets' lists them ({Presets.Published.Name}).",
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
        var settings = SettingOptions.For(Presets.Published.Coarse);

        var command = new Command("train", "Trains a run on a dataset. Ctrl-C keeps a checkpoint that --resume goes on from.");
        command.Add(data);
        command.Add(run);
        command.Add(stage);
        command.Add(preset);
        command.Add(config);
        command.Add(threads);
        command.Add(resume);
        command.Add(json);
        settings.AddTo(command);
        command.WithExamples(
            "metaembed train --data datasets/gowalla --run runs/gowalla",
            "metaembed train --data datasets/gowalla --run runs/gowalla --resume",
            "metaembed train --data datasets/gowalla --run runs/wide --coarse-count 500 --learning-rate 0.003 --seed 7",
            "metaembed train --data datasets/gowalla --run runs/own --config own.toml --max-epochs 20 --json");
        command.SetAction(parsed =>
        {
            var stageName = parsed.GetRequiredValue(stage);
            if (!Stages.Contains(stageName))
                throw new UserMistakeException($"there is no stage '{stageName}'", Spelling.Advice(stageName, Stages));
            var file = parsed.GetValue(config) is { } path ? ConfigFile.Read(path) : ConfigFile.Empty;
            var start = Presets.Find(parsed.GetValue(preset) ?? file["preset"]?.Value ?? Presets.Published.Name);
            var options = Settings<CoarseTrainingOptions>.Apply(start.Coarse, [.. file.Coarse, .. settings.Given(parsed)]);
            var request = new TrainRequest(
                parsed.GetRequiredValue(data), parsed.GetRequiredValue(run), start.Name, options,
                parsed.GetResult(threads) is { Implicit: false } ? parsed.GetValue(threads) : file.Threads ?? 0, parsed.GetValue(resume));
            var screen = Screen.Open(parsed.GetValue(json));
            var result = TrainingView.Watch(screen, progress => TrainingRun.Execute(request, progress, interruption));
            if (!result.Interrupted)
                WrittenView.Show(screen, RunReport.Write(new RunLayout(result.RunFolder), null, []));
            TrainResultView.Show(screen, result);
            return result.Interrupted ? ExitCodes.Interrupted : ExitCodes.Done;
        });
        return command;
    }
}
