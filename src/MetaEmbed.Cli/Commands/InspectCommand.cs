using System.CommandLine;
using MetaEmbed.Cli.Plots;
using MetaEmbed.Cli.Views;
using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Explanations;
using MetaEmbed.Import.Readers;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed inspect</c>: what the meta-embeddings of a run are used for and stand for.</summary>
internal static class InspectCommand
{
    public static Command Build()
    {
        var run = new Argument<string>("RUN") { Description = "Folder of the run." };
        var count = CommonOptions.WholeNumber("-n", "How many meta-embeddings of each kind are listed, the most used first; 0 for all.", 20, 0);
        var picture = new Option<string?>("--picture") { Description = "Draws use and bridge to this file (SVG).", HelpName = "FILE" };
        var data = CommonOptions.Data(required: false);
        data.Description = "Folder of the dataset, where it has moved since the training.";
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command("inspect", "Shows the codebook of a run: how much each meta-embedding is used, dead ones, what each stands for, which fine ones refine which coarse ones.")
            { run, count, picture, data, threads, json };
        command.WithExamples("metaembed inspect demo-run/run", "metaembed inspect runs/gowalla -n 0 --json", "metaembed inspect runs/gowalla --picture codebook.svg");
        command.SetAction(parsed =>
        {
            var root = parsed.GetRequiredValue(run);
            var stored = StoredRun.Open(root);
            var folder = parsed.GetValue(data) ?? stored.Manifest.DataFolder;
            var names = EntityNames.Open(folder, DatasetFolder.Open(folder));
            var fields = CatalogFields.Read(folder, stored.Manifest.Dataset.Items);
            var codebook = Codebook.Of(root, parsed.GetValue(data), fields, parsed.GetValue(threads));
            var screen = Screen.Open(parsed.GetValue(json));
            CodebookView.Show(screen, codebook, names, parsed.GetValue(count));
            if (parsed.GetValue(picture) is { } file)
            {
                Storage.AtomicFile.WriteText(file, CodebookPicture.Document(codebook));
                if (!screen.Json)
                    WrittenView.Show(screen, file);
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
