using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Storage;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed info</c>: what a model file is.</summary>
internal static class InfoCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "A model file." };
        var json = CommonOptions.Json();
        var command = new Command("info", "Says what a model file holds, and checks its checksum and its rows.");
        command.Add(file);
        command.Add(json);
        command.WithExamples("metaembed info gowalla.metaembed", "metaembed info gowalla.metaembed --json");
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            using (var tensors = Safetensors.Open(path))
                Checksum.Verify(tensors);
            using var recommender = Recommender.Open(path);
            recommender.Prepare();
            ModelInfoView.Show(Screen.Open(parsed.GetValue(json)), recommender);
            return ExitCodes.Done;
        });
        return command;
    }
}
