using System.Text.RegularExpressions;

namespace MetaEmbed.House.Tests;

/// <summary>A folder in a project is a room and a namespace, and uses only rooms below it.</summary>
public sealed partial class RoomTests
{
    /// <summary>The rooms of the library, lower ones first; rooms of one row do not use each other.</summary>
    private static readonly string[][] Library =
    [
        ["Storage", "Numerics"],
        ["Data", "Graphs"],
        ["Models"],
        ["Evaluation"],
        ["Training"],
        ["Experiments", "Export"],
        ["Answers"],
        ["Explanations"],
        ["Reports"],
    ];

    /// <summary>Rooms of one row that use each other all the same, in one direction.</summary>
    private static readonly (string From, string To)[] Neighbours = [("Graphs", "Data"), ("Export", "Experiments")];

    [Fact]
    public void Every_room_of_the_library_has_its_place_in_the_order()
    {
        var known = Library.SelectMany(row => row).ToHashSet();
        Assert.All(Rooms("src/MetaEmbed/").Select(file => file.Room).Distinct(), room => Assert.Contains(room, known));
    }

    [Fact]
    public void Rooms_of_the_library_use_only_lower_ones()
    {
        var heights = Library.SelectMany((row, height) => row.Select(room => (room, height))).ToDictionary(pair => pair.room, pair => pair.height);
        var wrong = new List<string>();
        foreach (var (file, room) in Rooms("src/MetaEmbed/"))
        {
            foreach (var used in UsedRooms(file, "MetaEmbed"))
            {
                if (used == room || !heights.TryGetValue(used, out var height) || Neighbours.Contains((room, used)))
                    continue;
                if (height >= heights[room])
                    wrong.Add($"{file} ({room}) uses {used}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_face_of_the_library_stands_above_its_rooms()
    {
        var face = Tree.Sources.Where(file => file.StartsWith("src/MetaEmbed/", StringComparison.Ordinal) && file.Count(letter => letter == '/') == 2)
            .Select(file => Path.GetFileNameWithoutExtension(file)).ToList();
        Assert.Contains("Trainer", face);
        // As a type: made anew, or before a member, a variable, the end of a type argument.
        var word = new Regex($@"(?<![\w.])(new ({string.Join('|', face)})\b|({string.Join('|', face)})(?=[.>?\]]| [a-z]))");
        Assert.DoesNotContain(Rooms("src/MetaEmbed/"), file => word.IsMatch(Comment().Replace(Tree.Read(file.File), "")));
    }

    [Fact]
    public void Rooms_of_Inference_do_not_form_a_circle() => AssertNoCircle("src/MetaEmbed.Inference/", "MetaEmbed.Inference");

    [Fact]
    public void Rooms_of_Import_do_not_form_a_circle() => AssertNoCircle("src/MetaEmbed.Import/", "MetaEmbed.Import");

    [Fact]
    public void Rooms_of_Serving_do_not_form_a_circle() => AssertNoCircle("src/MetaEmbed.Serving/", "MetaEmbed.Serving");

    [Fact]
    public void Projects_use_only_lower_ones()
    {
        string[] order = ["MetaEmbed.Inference", "MetaEmbed.Serving", "MetaEmbed", "MetaEmbed.Import", "MetaEmbed.Interchange", "MetaEmbed.Cli"];
        for (var height = 0; height < order.Length; height++)
        {
            var project = Tree.Read($"src/{order[height]}/{order[height]}.csproj");
            Assert.All(order[height..], higher => Assert.DoesNotContain($"/{higher}.csproj\"", project, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Packages_of_formats_stay_out_of_the_library()
    {
        foreach (var package in new[] { "Sep", "Parquet.Net", "ZstdSharp.Port", "Microsoft.Data.Sqlite" })
            Assert.DoesNotContain($"\"{package}\"", Tree.Read("src/MetaEmbed/MetaEmbed.csproj"), StringComparison.Ordinal);
    }

    [Fact]
    public void Rooms_of_the_command_do_not_form_a_circle() => AssertNoCircle("src/MetaEmbed.Cli/", "MetaEmbed.Cli");

    [Fact]
    public void Views_and_plots_do_not_use_commands() =>
        Assert.DoesNotContain(
            Rooms("src/MetaEmbed.Cli/").Where(file => file.Room != "Commands"), file => UsedRooms(file.File, "MetaEmbed.Cli").Contains("Commands"));

    [Fact]
    public void Only_views_print()
    {
        var printing = Tree.Sources.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && !file.StartsWith("src/MetaEmbed.Cli/Views/", StringComparison.Ordinal) && !file.StartsWith("src/MetaEmbed.Server/", StringComparison.Ordinal))
            .Where(file => Tree.Read(file).Contains("Console.", StringComparison.Ordinal));
        Assert.Empty(printing);
    }

    [Fact]
    public void Inference_uses_nothing()
    {
        var project = Tree.Read("src/MetaEmbed.Inference/MetaEmbed.Inference.csproj");
        Assert.DoesNotContain("PackageReference", project, StringComparison.Ordinal);
        Assert.DoesNotContain("ProjectReference", project, StringComparison.Ordinal);
        var wrong = Tree.Sources.Where(file => file.StartsWith("src/MetaEmbed.Inference/", StringComparison.Ordinal))
            .SelectMany(file => Usings(file).Select(used => (file, used)))
            .Where(pair => !IsOwn(pair.used, "MetaEmbed.Inference") && !IsOwn(pair.used, "System"));
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        var wrong = new List<string>();
        foreach (var file in Tree.Sources.Where(file => file.StartsWith("src/", StringComparison.Ordinal)))
        {
            var declared = NamespaceLine().Match(Tree.Read(file)).Groups[1].Value;
            var expected = string.Join('.', file.Split('/')[1..^1]);
            if (declared.Length > 0 && declared != expected)
                wrong.Add($"{file} is in {declared}");
        }

        Assert.Empty(wrong);
    }

    private static void AssertNoCircle(string folder, string root)
    {
        var uses = Rooms(folder).SelectMany(file => UsedRooms(file.File, root).Where(used => used != file.Room).Select(used => (From: file.Room, To: used)))
            .Distinct().ToList();
        var left = uses.SelectMany(use => new[] { use.From, use.To }).ToHashSet();
        while (left.RemoveWhere(room => !uses.Any(use => use.From == room && left.Contains(use.To))) > 0)
        {
            // rooms that use nothing that is left cannot lie on a circle
        }

        Assert.Empty(left);
    }

    private static IEnumerable<(string File, string Room)> Rooms(string folder) =>
        Tree.Sources.Where(file => file.StartsWith(folder, StringComparison.Ordinal) && file[folder.Length..].Contains('/', StringComparison.Ordinal))
            .Select(file => (file, file[folder.Length..].Split('/')[0]));

    // By using lines and by qualified names in the text, comments aside.
    private static IEnumerable<string> UsedRooms(string file, string root)
    {
        var code = Comment().Replace(Tree.Read(file), "");
        var name = Regex.Escape(root);
        return Regex.Matches(code, $@"(?<![\w.]){name}\.([A-Z]\w*)").Select(match => match.Groups[1].Value)
            .Where(room => Directory.Exists(Path.Combine(Tree.Root, "src", root, room))).Distinct();
    }

    private static IEnumerable<string> Usings(string file) => UsingLine().Matches(Tree.Read(file)).Select(match => match.Groups[1].Value);

    private static bool IsOwn(string used, string root) => used == root || used.StartsWith(root + ".", StringComparison.Ordinal);

    [GeneratedRegex(@"^(?:global )?using (?:static )?(?:\w+ = )?([\w.]+)[;<]", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
