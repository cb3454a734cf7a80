using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed similar</c>: the items most similar to an item.</summary>
internal static class SimilarCommand
{
    public static Command Build(CancellationToken interruption)
    {
        var asking = new AskingOptions();
        var item = new Option<string>("--item") { Description = "The item, by name, title or number.", HelpName = "ID", Required = true };
        var k = CommonOptions.WholeNumber("-k", "How many items.", 10, 1);
        var json = CommonOptions.Json();
        var command = new Command("similar", "Prints the items most similar to an item.");
        asking.AddTo(command);
        command.Add(item);
        command.Add(k);
        command.Add(json);
        command.WithExamples(
            "metaembed similar --model gowalla.metaembed --item 7",
            "metaembed similar --run demo-run/run --item libc6 -k 5 --json",
            "metaembed similar --run runs/films --item Alien --filter year<1980");
        command.SetAction(parsed =>
        {
            asking.Check(parsed);
            using var source = asking.Open(parsed, histories: false, interruption);
            var id = source.Items.Find(parsed.GetRequiredValue(item));
            var best = new Recommendation[Math.Min(parsed.GetValue(k), source.Model.ItemCount)];
            var filter = asking.Allowed(parsed, source) is { } allowed ? new ItemFilter { Allow = allowed } : default;
            var count = source.Model.SimilarItems(id, best, filter);
            AnswerView.Show(Screen.Open(parsed.GetValue(json)), source, new Subject("item", id, source.Items), best[..count]);
            return ExitCodes.Done;
        });
        return command;
    }
}
