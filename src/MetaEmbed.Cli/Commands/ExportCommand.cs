using System.CommandLine;
using System.Globalization;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed export</c>: from a run to a model file with its card.</summary>
internal static class ExportCommand
{
    private static readonly (string Name, ModelFileKind Kind)[] Kinds =
        [("device", ModelFileKind.Device), ("table", ModelFileKind.Table), ("exact", ModelFileKind.Exact)];

    private static readonly (string Unit, long Bytes)[] Units =
        [("KiB", 1024), ("MiB", 1 << 20), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1), ("", 1)];

    public static Command Build(CancellationToken interruption)
    {
        var run = CommonOptions.Run();
        var kind = new Option<string>("--kind")
        {
            Description = "device: items only, compressed, users are folded in. table: a row for every user and item. exact: parameters and graph, ranks as the run itself.",
            HelpName = "KIND",
            DefaultValueFactory = _ => "device",
        };
        var output = new Option<string>("--out") { Description = "The model file to write; its card goes beside it.", HelpName = "FILE", Required = true };
        var budget = new Option<string?>("--budget") { Description = "Most bytes of the file, as in 1MB or 800KB: picks the best code that fits, by the validation set.", HelpName = "SIZE" };
        var code = new Option<string?>("--code") { Description = $"How items are packed: {string.Join(", ", ItemCodes.Names)}.", HelpName = "NAME" };
        var tuning = new Option<int>("--tuning-steps")
        {
            Description = "Steps that train the codewords of a device file on the ranking loss, with codes rq-N, pq-N and rq-N+pq-N; taken where it ranks better on the validation set. 0 for none.",
            HelpName = "N",
            DefaultValueFactory = _ => ExportRequest.DefaultTuningSteps,
        };
        var histories = new Option<bool?>("--histories") { Description = "Whether the file carries what each user met in training, so that it leaves those items out by itself.", HelpName = "true|false" };
        var names = new Option<bool>("--names") { Description = "Whether the file carries names, where the dataset has them.", HelpName = "true|false", DefaultValueFactory = _ => true };
        var data = CommonOptions.Data(required: false);
        data.Description = "Folder of the dataset, where it has moved since the training.";
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command("export", "Writes a model file for apps and services, evaluates it, and writes a card beside it.");
        foreach (var option in new Option[] { run, kind, output, budget, code, tuning, histories, names, data, threads, json })
            command.Add(option);
        command.WithExamples(
            "metaembed export --run runs/gowalla --kind table --out gowalla.metaembed",
            "metaembed export --run runs/gowalla --kind device --budget 1MB --out gowalla.metaembed");
        command.SetAction(parsed =>
        {
            var wanted = parsed.GetRequiredValue(kind);
            var found = Array.Find(Kinds, pair => pair.Name == wanted);
            if (found.Name is null)
                throw new UserMistakeException($"there is no kind '{wanted}'", Spelling.Advice(wanted, [.. Kinds.Select(pair => pair.Name)]));
            var screen = Screen.Open(parsed.GetValue(json));
            var request = new ExportRequest(parsed.GetRequiredValue(run), parsed.GetRequiredValue(output), found.Kind)
            {
                DataFolder = parsed.GetValue(data),
                Code = parsed.GetValue(code),
                Budget = parsed.GetValue(budget) is { } size ? Bytes(size) : null,
                TuningSteps = parsed.GetValue(tuning) is var steps and >= 0 and <= 100_000
                    ? steps
                    : throw new UserMistakeException($"--tuning-steps is {parsed.GetValue(tuning)}", "give a number from 0 to 100000"),
                Histories = parsed.GetValue(histories),
                Names = parsed.GetValue(names),
                Threads = parsed.GetValue(threads),
            };
            var card = ModelExport.Execute(request, new StepView(screen), interruption);
            CardView.Show(screen, card, request.Output);
            return ExitCodes.Done;
        });
        return command;
    }

    private static long Bytes(string text)
    {
        foreach (var (unit, bytes) in Units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text[..^unit.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number * bytes is >= 1 and < 1e15)
            {
                return (long)(number * bytes);
            }
        }

        throw new UserMistakeException($"--budget is '{text}'", "give a size such as 1MB, 800KB or 500000");
    }
}
