using System.Text;
using MetaEmbed.Storage;

namespace MetaEmbed.Serving.Tests;

/// <summary>
/// A model file whose answers are known: items come in groups of ten, an item is near those of its group and far from the
/// others. User n has met the first three items of group n.
/// </summary>
internal static class SmallModel
{
    public const int Groups = 6;
    public const int Items = 10 * Groups;
    public const int Users = Groups;
    private const int Dimension = 8;

    /// <summary>The public id of an item.</summary>
    public static string Item(int item) => $"item/{item} é";

    /// <summary>The group of an item's id.</summary>
    public static int GroupOf(string id) => int.Parse(id["item/".Length..^2]) / 10;

    /// <summary>Writes one.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="tilt">Tells versions apart: moves the items of a group a little.</param>
    /// <param name="version">Version of the format that it claims.</param>
    public static void Write(string path, float tilt = 0, int version = 1)
    {
        var rows = new float[Items * Dimension];
        for (var item = 0; item < Items; item++)
        {
            rows[(item * Dimension) + (item / 10)] = 1;
            rows[(item * Dimension) + 6] = 0.01f * (item % 10);
            rows[(item * Dimension) + 7] = tilt;
        }

        var users = new float[Users * Dimension];
        for (var user = 0; user < Users; user++)
            users[(user * Dimension) + user] = 1;
        var texts = new Dictionary<string, string>
        {
            ["format"] = "metaembed-model",
            ["format_version"] = $"{version}",
            ["kind"] = "table",
            ["users"] = $"{Users}",
            ["items"] = $"{Items}",
            ["dimension"] = $"{Dimension}",
            ["items.code"] = "float32",
            ["users.code"] = "float32",
            ["fold.rule"] = "root",
            ["data.name"] = "small",
        };
        SafetensorsWriter.Write(
            path,
            [
                TensorEntry.Of("items.rows", rows, Items, Dimension),
                TensorEntry.Of("users.rows", users, Users, Dimension),
                TensorEntry.Of("fold.weights", Enumerable.Repeat(1f, Items).ToArray()),
                TensorEntry.Of("fold.scale", new[] { 1f }),
                TensorEntry.Of("history.bytes", Histories()),
                TensorEntry.Of("popular.items", Enumerable.Range(0, Items).Select(item => Items - 1 - item).ToArray()),
                TensorEntry.Of("popular.counts", Enumerable.Range(0, Items).Select(item => (uint)(Items - item)).ToArray()),
                TensorEntry.Of("names.items", Lines(Items, Item)),
                TensorEntry.Of("titles.items", Lines(Items, item => item == 5 ? "" : $"Title {item} of Group {(char)('A' + (item / 10))}")),
                TensorEntry.Of("names.users", Lines(Users, user => $"user {user}")),
            ],
            texts);
    }

    /// <summary>A catalog for it: group, and number of the item.</summary>
    public static string Catalog()
    {
        var text = new StringBuilder("item,group,number,tags\n");
        for (var item = 0; item < Items; item++)
            text.Append($"{Item(item)},{(char)('A' + (item / 10))},{item},\"{(item % 2 == 0 ? "even" : "odd")}|x, y\"\n");
        return text.ToString();
    }

    private static byte[] Histories() => [.. Enumerable.Range(0, Users).SelectMany(user => new byte[] { 3, (byte)(10 * user), 1, 1 })];

    private static byte[] Lines(int count, Func<int, string> line) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(id => line(id) + "\n")));
}
