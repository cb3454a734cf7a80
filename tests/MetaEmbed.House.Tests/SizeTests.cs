namespace MetaEmbed.House.Tests;

/// <summary>Files stay small enough to be read in one go.</summary>
public sealed class SizeTests
{
    private static readonly int[] Lines = [.. Tree.Sources.Select(Count).Order()];

    [Fact]
    public void No_source_file_has_more_than_400_lines() =>
        Assert.Empty(Tree.Sources.Where(file => Count(file) > 400).Select(file => $"{file}: {Count(file)} lines"));

    [Fact]
    public void Nine_source_files_in_ten_have_less_than_300_lines() => Assert.InRange(Lines.Count(lines => lines < 300), Lines.Length * 9 / 10, Lines.Length);

    [Fact]
    public void The_median_source_file_has_at_most_120_lines() => Assert.InRange(Lines[Lines.Length / 2], 1, 120);

    private static int Count(string file) => File.ReadLines(Path.Combine(Tree.Root, file)).Count();
}
