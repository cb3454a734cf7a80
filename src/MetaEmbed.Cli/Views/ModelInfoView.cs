using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Cli.Views;

/// <summary>What a model file says of itself.</summary>
internal static class ModelInfoView
{
    public static void Show(Screen screen, Recommender recommender)
    {
        var info = recommender.Info;
        if (screen.Json)
        {
            JsonLine.Write(json =>
            {
                json.WriteString("file", info.Name);
                json.WriteNumber("bytes", info.Bytes);
                json.WriteNumber("format_version", info.FormatVersion);
                json.WriteString("kind", info.Text("kind"));
                json.WriteNumber("users", info.UserCount);
                json.WriteNumber("items", info.ItemCount);
                json.WriteNumber("dimension", info.Dimension);
                json.WriteString("item_code", info.ItemCode);
                json.WriteBoolean("folds_in", recommender.CanFoldIn);
                json.WriteBoolean("histories", recommender.HasHistories);
                json.WriteString("data", info.Text("data.name"));
                json.WriteString("data_hash", info.Text("data.hash"));
                json.WriteStartObject("tensors");
                foreach (var tensor in info.Tensors)
                    json.WriteNumber(tensor.Name, tensor.Length);
                json.WriteEndObject();
            });
            return;
        }

        TextTable.Write(screen.Text,
        [
            ["file", info.Name],
            ["kind", $"{info.Text("kind")}, format version {info.FormatVersion}"],
            ["bytes", $"{info.Bytes:N0}"],
            ["users", info.UserCount == 0 ? "none by id" : $"{info.UserCount:N0}"],
            ["items", $"{info.ItemCount:N0}, packed as {info.ItemCode}, d = {info.Dimension}"],
            ["from a history", recommender.CanFoldIn ? "yes" : "no"],
            ["knows what users met", recommender.HasHistories ? "yes" : "no"],
            ["names", $"{(recommender.HasItemNames ? "items" : "")}{(recommender.HasUserNames ? " users" : "")}".Trim() is { Length: > 0 } names ? names : "none"],
            ["data", $"{info.Text("data.name")}, hash {info.Text("data.hash")}"],
            ["written by", info.Text("writer")],
        ], 1);
        screen.Text.WriteLine();
        TextTable.Write(screen.Text, [["tensor", "type", "shape", "bytes"], .. info.Tensors.Select(Row)], 1, 2);
    }

    private static string[] Row(TensorInfo tensor) => [tensor.Name, $"{tensor.Type}", string.Join(" x ", tensor.Shape), $"{tensor.Length:N0}"];
}
