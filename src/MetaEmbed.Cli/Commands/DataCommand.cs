using System.CommandLine;
using MetaEmbed.Answers;
using MetaEmbed.Cli.Views;
using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Import.Writers;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed data</c>: looks at datasets, and makes others of them.</summary>
internal static class DataCommand
{
    public static Command Build()
    {
        var data = new Command("data", "Looks at datasets, and makes others of them.");
        data.Add(Stats());
        data.Add(Show());
        data.Add(Convert());
        data.Add(Export());
        data.Add(Sample());
        data.Add(Retrain());
        data.Add(GenerateCommand.Build());
        data.WithExamples(
            "metaembed data stats datasets/gowalla",
            "metaembed data show data/shop --user ann",
            "metaembed data convert data/shop --to parquet --out shop-parquet",
            "metaembed data generate datasets/small --users 2000 --items 1000 --interactions 40000");
        return data;
    }

    private static Command Stats()
    {
        var folder = Folder();
        var json = CommonOptions.Json();
        var command = new Command("stats", "Counts users, items and interactions, and says how they are spread.") { folder, json };
        command.WithExamples("metaembed data stats datasets/gowalla", "metaembed data stats datasets/gowalla --json");
        command.SetAction(parsed =>
        {
            var dataset = DatasetFolder.Open(parsed.GetRequiredValue(folder));
            StatisticsView.Show(Screen.Open(parsed.GetValue(json)), DatasetStatistics.Of(dataset));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var folder = Folder();
        var user = new Option<string?>("--user") { Description = "One user, by name or number, with everything they met; if not given, the first users.", HelpName = "ID" };
        var count = CommonOptions.WholeNumber("-n", "How many users.", 10, 1);
        var json = CommonOptions.Json();
        var command = new Command("show", "Shows users with what they met, by name.") { folder, user, count, json };
        command.WithExamples("metaembed data show data/shop", "metaembed data show data/shop --user ann", "metaembed data show datasets/gowalla -n 3 --json");
        command.SetAction(parsed =>
        {
            var (dataset, names) = Open(parsed.GetRequiredValue(folder));
            var screen = Screen.Open(parsed.GetValue(json));
            if (parsed.GetValue(user) is { } text)
                HistoryView.Show(screen, dataset, names, EntityLookup.Users(dataset, names).Find(text));
            else
                HistoryView.ShowFirst(screen, dataset, names, parsed.GetValue(count));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Convert()
    {
        var folder = Folder();
        var to = new Option<string>("--to") { Description = "csv, tsv, jsonl, parquet, or text: lines of 'user item item ...'.", HelpName = "FORMAT", Required = true };
        var into = Into("Folder for the files train and test, which must not exist yet.");
        var command = new Command("convert", "Writes training and test interactions in another format, with names; import takes them back as they are.") { folder, to, into };
        command.WithExamples("metaembed data convert data/shop --to csv --out shop-csv", "metaembed data convert data/shop --to parquet --out shop-parquet");
        command.SetAction(parsed =>
        {
            var format = Format(parsed.GetRequiredValue(to));
            var (dataset, names) = Open(parsed.GetRequiredValue(folder));
            WrittenView.Show(Screen.Open(false), DatasetConversion.Convert(dataset, names, format, parsed.GetRequiredValue(into)));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Export()
    {
        var folder = Folder();
        var into = new Option<string>("--out") { Description = "The file; its ending says the format: .csv, .tsv, .jsonl or .parquet.", HelpName = "FILE", Required = true };
        var command = new Command("export", "Writes a dataset as one table: user, item, title where there are titles, and set (train or test).") { folder, into };
        command.WithExamples("metaembed data export data/shop --out shop.parquet", "metaembed data export data/shop --out shop.csv");
        command.SetAction(parsed =>
        {
            var (dataset, names) = Open(parsed.GetRequiredValue(folder));
            DatasetConversion.Export(dataset, names, parsed.GetRequiredValue(into));
            WrittenView.Show(Screen.Open(false), parsed.GetRequiredValue(into));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Sample()
    {
        var folder = Folder();
        var into = Into("Folder of the sample, which must not exist yet.");
        var shares = new SettingOptions<SampleOptions>(name => name, new SampleOptions(), _ => "");
        var json = CommonOptions.Json();
        var command = new Command("sample", "Draws a smaller dataset: a share of the users, of the items, of the interactions.") { folder, into };
        shares.AddTo(command);
        command.Add(json);
        command.WithExamples("metaembed data sample datasets/gowalla --users 0.1 --out data/gowalla-tenth", "metaembed data sample data/shop --interactions 0.5 --seed 7 --out data/half");
        command.SetAction(parsed =>
        {
            var options = Settings<SampleOptions>.Apply(new SampleOptions(), shares.Given(parsed));
            var (dataset, names) = Open(parsed.GetRequiredValue(folder));
            var sample = DatasetSample.Write(dataset, names, options, parsed.GetRequiredValue(into));
            HistoryView.Sampled(Screen.Open(parsed.GetValue(json)), dataset, sample, parsed.GetRequiredValue(into));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Retrain()
    {
        var folder = Folder();
        var into = Into("Folder of the dataset, which must not exist yet.");
        var json = CommonOptions.Json();
        var command = new Command("retrain", "Puts users held out by 'import --split users' among the training users, with their histories: the dataset to train on again.") { folder, into, json };
        command.WithExamples("metaembed data retrain data/shop --out data/shop-retrain");
        command.SetAction(parsed =>
        {
            var (source, target) = (parsed.GetRequiredValue(folder), parsed.GetRequiredValue(into));
            var joined = RetrainingDataset.Write(source, target);
            HistoryView.Sampled(Screen.Open(parsed.GetValue(json)), DatasetFolder.Open(source), joined, target, "with held-out users");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Argument<string> Folder() => new("DIR") { Description = "Folder with train.txt and test.txt." };

    private static Option<string> Into(string description) => new("--out") { Description = description, HelpName = "DIR", Required = true };

    private static (Dataset Dataset, EntityNames Names) Open(string folder)
    {
        var dataset = DatasetFolder.Open(folder);
        return (dataset, EntityNames.Open(folder, dataset));
    }

    private static TableFormat Format(string name)
    {
        var known = Enum.GetValues<TableFormat>().ToDictionary(format => format.ToString().ToLowerInvariant());
        return known.TryGetValue(name, out var found) ? found : throw new UserMistakeException($"there is no format '{name}'", Spelling.Advice(name, known.Keys));
    }
}
