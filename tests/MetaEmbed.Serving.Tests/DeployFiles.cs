using System.Text.RegularExpressions;
using MetaEmbed.Shared.Tests;
using YamlDotNet.RepresentationModel;

namespace MetaEmbed.Serving.Tests;

/// <summary>What lies in <c>deploy/</c>, read.</summary>
internal static partial class DeployFiles
{
    public static string Folder { get; } = Path.Combine(Programs.Repository, "deploy");

    public static string Dockerfile { get; } = File.ReadAllText(Path.Combine(Folder, "Dockerfile"));

    public static string Unit { get; } = File.ReadAllText(Path.Combine(Folder, "metaembed.service"));

    /// <summary>The documents of a folder of manifests.</summary>
    public static IReadOnlyList<YamlMappingNode> Manifests(string folder) =>
    [
        .. Directory.GetFiles(Path.Combine(Folder, folder), "*.yaml").Order(StringComparer.Ordinal).SelectMany(file =>
        {
            var yaml = new YamlStream();
            using var text = File.OpenText(file);
            yaml.Load(text);
            return yaml.Documents.Select(document => (YamlMappingNode)document.RootNode);
        }),
    ];

    /// <summary>The one manifest of a kind.</summary>
    public static YamlMappingNode Of(this IEnumerable<YamlMappingNode> manifests, string kind) => manifests.Single(manifest => manifest.Text("kind") == kind);

    /// <summary>A node below, by names and numbers separated by slashes; null where there is none.</summary>
    public static YamlNode? At(this YamlNode node, string path)
    {
        var at = (YamlNode?)node;
        foreach (var step in path.Split('/'))
        {
            at = at switch
            {
                YamlSequenceNode list => int.Parse(step) < list.Children.Count ? list.Children[int.Parse(step)] : null,
                YamlMappingNode map => map.Children.TryGetValue(new YamlScalarNode(step), out var child) ? child : null,
                _ => null,
            };
        }

        return at;
    }

    public static string Text(this YamlNode node, string path) =>
        (node.At(path) as YamlScalarNode)?.Value ?? throw new InvalidOperationException($"there is no {path}");

    public static int Number(this YamlNode node, string path) => int.Parse(node.Text(path));

    public static IEnumerable<YamlNode> List(this YamlNode node, string path) => (node.At(path) as YamlSequenceNode)?.Children ?? [];

    public static Dictionary<string, string> Map(this YamlNode node, string path) =>
        ((YamlMappingNode)node.At(path)!).Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!);

    /// <summary>Variables that the image sets.</summary>
    public static Dictionary<string, string> ImageVariables() =>
        Variable().Matches(Dockerfile).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    /// <summary>Images that the image is made from.</summary>
    public static IReadOnlyList<string> BaseImages() => [.. BaseImage().Matches(Dockerfile).Select(match => match.Groups[1].Value)];

    /// <summary>Lines <c>NAME=VALUE</c> of the unit, several of one name among them.</summary>
    public static ILookup<string, string> UnitLines() => Unit.Split('\n').Where(line => line.Length > 0 && line[0] is not ('#' or '[') && line.Contains('=', StringComparison.Ordinal))
        .ToLookup(line => line[..line.IndexOf('=', StringComparison.Ordinal)], line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]);

    /// <summary>Variables that the unit sets.</summary>
    public static Dictionary<string, string> UnitVariables() =>
        UnitLines()["Environment"].Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);

    [GeneratedRegex(@"^FROM (\S+)", RegexOptions.Multiline)]
    private static partial Regex BaseImage();

    [GeneratedRegex(@"\b(METAEMBED_\w+)=(\S+)")]
    private static partial Regex Variable();
}
