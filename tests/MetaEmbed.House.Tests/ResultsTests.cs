using System.Globalization;

namespace MetaEmbed.House.Tests;

/// <summary>Every quality figure of docs/results.md stands in a stored result of a run, rounded to five decimals.</summary>
public sealed class ResultsTests
{
    [Fact]
    public void Rows_of_a_run_are_those_of_its_stored_results()
    {
        var lines = Tree.Read("docs/results.md").Split('\n');
        var checkedRows = 0;
        foreach (var file in Tree.Files.Where(file => file.EndsWith("/results.csv", StringComparison.Ordinal) && file.Contains("/runs/", StringComparison.Ordinal)))
        {
            var run = file.Split('/')[^2];
            foreach (var row in Tree.Read(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
            {
                var cells = row.TrimEnd('\r').Split(',');
                if (cells[1] != "test")
                    continue;
                // | run | checkpoint | epoch | ndcg@.. | recall@.. |
                var start = $"| `{run}` | {cells[0]} | {cells[2]} |";
                var written = lines.SingleOrDefault(line => line.StartsWith(start, StringComparison.Ordinal));
                Assert.True(written is not null, $"docs/results.md has no row '{start}' for {file}");
                var expected = string.Join(" | ", cells[4..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture).ToString("F5", CultureInfo.InvariantCulture)[1..]));
                Assert.Equal($"{start} {expected} |", written!.TrimEnd());
                checkedRows++;
            }
        }

        Assert.True(checkedRows > 0, "no stored result of a run was found");
    }
}
