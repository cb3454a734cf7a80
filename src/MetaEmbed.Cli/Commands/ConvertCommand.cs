using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Interchange;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed convert</c>: model files to formats of others, checkpoints of others to model files.</summary>
internal static class ConvertCommand
{
    private static readonly string[] Formats = ["npy", "parquet", "onnx", "device", "table"];

    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "A model file; with --to device or table, a safetensors checkpoint." };
        var to = new Option<string>("--to") { Description = "npy, parquet: vectors of items and users into a folder. onnx: a graph that ranks. device, table: a model file from a checkpoint.", HelpName = "FORMAT", Required = true };
        var output = new Option<string>("--out") { Description = "The folder (npy, parquet) or file to write.", HelpName = "PATH", Required = true };
        var users = new Option<string>("--users") { Description = "For onnx: history ranks for the items met, known for a user's id.", HelpName = "history|known", DefaultValueFactory = _ => "history" };
        users.AcceptOnlyFromAmong("history", "known");
        var code = new Option<string>("--code") { Description = "For device and table: how rows are packed, as for export.", HelpName = "NAME", DefaultValueFactory = _ => "int8" };
        var items = Tensor("--items-tensor", "rows of items [I, d], or start of the names of .codebook, .picks and .weights", "items");
        var userRows = Tensor("--users-tensor", "rows of users", "users");
        var bias = Tensor("--bias-tensor", "biases of items [I]", "item_bias");
        var fold = Tensor("--fold-tensor", "fold-in weights of items [I]", "fold_weights");
        var names = new Option<string?>("--names") { Description = "For device and table: a text file with a name of an item in each line.", HelpName = "FILE" };
        var threads = CommonOptions.Threads();
        var command = new Command("convert", "Converts a model file to NumPy, Parquet or ONNX, or a safetensors checkpoint to a model file.");
        command.Add(file);
        foreach (var option in new Option[] { to, output, users, code, items, userRows, bias, fold, names, threads })
            command.Add(option);
        command.WithExamples(
            "metaembed convert gowalla.metaembed --to npy --out vectors",
            "metaembed convert gowalla.metaembed --to onnx --out gowalla.onnx",
            "metaembed convert other.safetensors --to device --items-tensor embedding.item --out other.metaembed");
        command.SetAction(parsed =>
        {
            var (path, format, target) = (parsed.GetRequiredValue(file), parsed.GetRequiredValue(to), parsed.GetRequiredValue(output));
            if (!Formats.Contains(format))
                throw new UserMistakeException($"there is no format '{format}'", Spelling.Advice(format, Formats));
            var screen = Screen.Open(json: false);
            if (format is "device" or "table")
            {
                CheckpointImport.Execute(new CheckpointRequest(path, target, format == "device" ? ModelFileKind.Device : ModelFileKind.Table)
                {
                    Items = parsed.GetRequiredValue(items),
                    Users = parsed.GetRequiredValue(userRows),
                    Bias = parsed.GetRequiredValue(bias),
                    FoldWeights = parsed.GetRequiredValue(fold),
                    Code = parsed.GetRequiredValue(code),
                    Names = parsed.GetValue(names),
                    Threads = parsed.GetValue(threads),
                });
                WrittenView.Show(screen, target);
                return ExitCodes.Done;
            }

            using var model = Recommender.Open(path);
            WrittenView.Show(screen, format switch
            {
                "npy" => NumpyFiles.Write(model, target),
                "parquet" => ParquetFiles.Write(model, target),
                _ => [Onnx(model, target, parsed.GetRequiredValue(users) == "known")],
            });
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Onnx(Recommender model, string target, bool knownUsers)
    {
        OnnxFile.Write(model, target, knownUsers);
        return target;
    }

    private static Option<string> Tensor(string name, string what, string standard) =>
        new(name) { Description = $"For device and table: the tensor with {what}.", HelpName = "NAME", DefaultValueFactory = _ => standard };
}
