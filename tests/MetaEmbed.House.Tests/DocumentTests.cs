using System.Text.RegularExpressions;
using MetaEmbed.Cli.Commands;

namespace MetaEmbed.House.Tests;

/// <summary>Documents say what the program does.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] TextFiles = [".cs", ".md", ".sh", ".csproj", ".props", ".json", ".toml", ".slnx", ".py", ".html"];

    [Fact]
    public void Generated_documents_are_in_step_with_the_options()
    {
        foreach (var (name, text) in DocsCommand.Documents())
        {
            var kept = Tree.Read("docs/" + name).ReplaceLineEndings("\n");
            Assert.True(kept == text.ReplaceLineEndings("\n"), $"docs/{name} differs from the options; run './metaembed docs write docs'");
        }
    }

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        var dead = new List<string>();
        foreach (var document in Tree.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal)))
        {
            foreach (Match link in Link().Matches(Tree.Read(document)))
            {
                var target = link.Groups[1].Value.Split('#')[0];
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal))
                    continue;
                var path = Path.Combine(Tree.Root, Path.GetDirectoryName(document)!, target);
                if (!File.Exists(path) && !Directory.Exists(path))
                    dead.Add($"{document}: {target}");
            }
        }

        Assert.Empty(dead);
    }

    [Fact]
    public void No_file_names_a_path_of_one_machine()
    {
        var found = new List<string>();
        foreach (var file in Tree.Files.Where(file => TextFiles.Contains(Path.GetExtension(file)) || !Path.GetFileName(file).Contains('.', StringComparison.Ordinal)))
        {
            foreach (Match match in MachinePath().Matches(Tree.Read(file)))
                found.Add($"{file}: {match.Value}");
        }

        Assert.Empty(found);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    // Home and mount folders, and drive letters; written in pieces, so that this file does not find itself.
    [GeneratedRegex("(?<![\\w.$}])/(" + "home|root|work|Users|mnt" + ")/[\\w.]|\\b[A-Z]:\\\\\\\\?[A-Z]")]
    private static partial Regex MachinePath();
}
