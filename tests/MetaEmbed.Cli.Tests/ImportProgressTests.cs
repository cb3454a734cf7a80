namespace MetaEmbed.Cli.Tests;

/// <summary>What an import shows while it runs.</summary>
public sealed class ImportProgressTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_long_import_shows_where_it_stands_unless_it_is_to_be_quiet(bool quiet)
    {
        using var folder = new TemporaryFolder();
        string[] options = quiet ? ["--quiet"] : [];
        var process = Metaembed.Start(["import", "-", "--out", folder["data"], "--json", .. options]);
        var rows = string.Concat(Enumerable.Range(0, 200_000).Select(row => $"u{row % 500},i{row % 701}\n"));
        process.StandardInput.Write("user,item\n" + rows);
        process.StandardInput.Flush();
        Thread.Sleep(TimeSpan.FromSeconds(6));
        process.StandardInput.Write(rows);
        process.StandardInput.Close();
        var outcome = Metaembed.Finish(process);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("\"rows\":400000", outcome.OutputLines[^1], StringComparison.Ordinal);
        var shown = outcome.ErrorLines.Where(line => line.Contains("reading standard input: ", StringComparison.Ordinal)).ToArray();
        if (quiet)
            Assert.Empty(shown);
        else
            Assert.Matches(@"^\[[\d.]+ s\] reading standard input: [\d,]+ rows, \d+\.\d MB, [\d,]+ rows/s$", shown[0]);
    }
}
