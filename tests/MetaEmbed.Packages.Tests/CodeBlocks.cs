using System.Text.RegularExpressions;

namespace MetaEmbed.Packages.Tests;

/// <summary>The C# blocks of a page as one program: their using lines first, then the rest in order.</summary>
internal static partial class CodeBlocks
{
    public static string Program(string page)
    {
        var lines = Block().Matches(File.ReadAllText(Path.Combine(Feed.RepositoryRoot, page)).ReplaceLineEndings("\n"))
            .SelectMany(block => block.Groups[1].Value.Split('\n')).ToList();
        Assert.NotEmpty(lines);
        return string.Join('\n', lines.Where(line => Using().IsMatch(line)).Distinct().Concat(lines.Where(line => !Using().IsMatch(line))));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^using [\w.]+;")]
    private static partial Regex Using();
}
