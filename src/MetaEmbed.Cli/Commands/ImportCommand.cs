using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Data.Events;
using MetaEmbed.Experiments;
using MetaEmbed.Import;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed import</c>: makes a dataset of files of events.</summary>
internal static class ImportCommand
{
    public static Command Build(CancellationToken interruption)
    {
        var files = new Argument<string[]>("FILE") { Description = "Files of events, patterns such as 'events-*.csv.gz', or - for standard input.", Arity = ArgumentArity.OneOrMore };
        var into = new Option<string>("--out") { Description = "Folder of the dataset, which must not exist yet.", HelpName = "DIR", Required = true };
        var split = new SettingOptions<SplitOptions>(name => name, new SplitOptions(), _ => "");
        var core = CommonOptions.WholeNumber("--core", "Short for --user-core and --item-core.", 1, 1);
        var source = new SourceOptions();
        var replace = new Option<bool>("--replace") { Description = "Replaces an imported dataset that is in the folder." };
        var quiet = new Option<bool>("--quiet") { Description = "Shows no progress while it reads." };
        var json = CommonOptions.Json();
        var command = new Command("import", "Makes a dataset of a table of events: a user, an item, and if you like a time, a rating, a weight.");
        command.Add(files);
        command.Add(into);
        source.AddTo(command);
        command.Add(core);
        split.AddTo(command);
        command.Add(replace);
        command.Add(quiet);
        command.Add(json);
        command.WithExamples(
            "metaembed import events.csv --out data/shop",
            "metaembed import orders.csv --user customer --item sku --catalog products.csv --out data/shop",
            "metaembed import ratings.csv --min-rating 4 --core 5 --split time --out data/movies",
            "metaembed import 'log-*.tsv.gz' --since 2024-01-01 --split leave-one-out --out data/log",
            "metaembed import train.txt test.txt --out data/published",
            "metaembed import - --out data/piped --strict < events.csv.gz");
        command.SetAction(parsed =>
        {
            var texts = new List<SettingText>();
            if (parsed.GetResult(core) is { Implicit: false })
                texts.AddRange(new[] { "user-core", "item-core" }.Select(name => new SettingText(name, $"{parsed.GetValue(core)}", "--core")));
            var given = split.Given(parsed);
            texts.AddRange(given);
            var request = source.Read(parsed, new ImportRequest(parsed.GetRequiredValue(files), parsed.GetRequiredValue(into))
            {
                Split = Settings<SplitOptions>.Apply(new SplitOptions(), texts),
                SplitIsChosen = given.Any(setting => setting.Name == "split"),
                Replace = parsed.GetValue(replace),
                StandardInput = Screen.Input,
            });
            var screen = Screen.Open(parsed.GetValue(json));
            ImportView.Show(screen, Importer.Run(request, parsed.GetValue(quiet) ? null : new ImportProgressView(screen.Text, screen.IsTerminal), interruption));
            return ExitCodes.Done;
        });
        return command;
    }
}
