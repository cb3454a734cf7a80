using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed similar</c>: the items most similar to an item of a model file.</summary>
internal static class SimilarCommand
{
    public static Command Build()
    {
        var model = ModelOptions.Model();
        model.Required = true;
        model.Description = "A model file that 'metaembed export' wrote.";
        var item = new Option<string>("--item") { Description = "The item, by number or by name.", HelpName = "ID", Required = true };
        var k = CommonOptions.WholeNumber("-k", "How many items.", 10, 1);
        var json = CommonOptions.Json();
        var command = new Command("similar", "Prints the items most similar to an item.");
        command.Add(model);
        command.Add(item);
        command.Add(k);
        command.Add(json);
        command.WithExamples("metaembed similar --model gowalla.metaembed --item 7", "metaembed similar --model debian.metaembed --item libc6 -k 5 --json");
        command.SetAction(parsed =>
        {
            using var recommender = Recommender.Open(parsed.GetRequiredValue(model)!);
            var id = ModelOptions.Item(recommender, parsed.GetRequiredValue(item));
            var best = new Recommendation[Math.Min(parsed.GetValue(k), recommender.ItemCount)];
            var count = recommender.SimilarItems(id, best);
            ModelListView.Show(Screen.Open(parsed.GetValue(json)), "item", id, best.AsSpan(0, count), recommender);
            return ExitCodes.Done;
        });
        return command;
    }
}
