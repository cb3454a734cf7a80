using System.Globalization;
using System.Text.RegularExpressions;

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
                var expected = string.Join(" | ", cells[4..].Select(Rounded));
                Assert.Equal($"{start} {expected} |", written!.TrimEnd());
                checkedRows++;
            }
        }

        Assert.True(checkedRows > 0, "no stored result of a run was found");
    }

    [Fact]
    public void Rows_of_several_seeds_are_means_and_deviations_of_their_stored_results()
    {
        const string Start = "benchmarks/results/amd-epyc-family-26-2-cores/runs/";
        var runs = Tree.Files.Where(file => file.StartsWith(Start, StringComparison.Ordinal) && file.EndsWith("/results.csv", StringComparison.Ordinal))
            .GroupBy(file => Regex.Replace(file.Split('/')[^2], "-[0-9]{4}$", "")).ToDictionary(group => group.Key, group => group.ToArray());
        var checkedRows = 0;
        foreach (var line in Tree.Read("docs/results.md").Split('\n').Select(line => line.TrimEnd()))
        {
            // | `preset` | seeds | ndcg@.. | recall@.. |
            if (Regex.Match(line, "^\\| `([a-z0-9-]+)` \\| ([0-9]+) \\| [.][0-9]{4} ") is not { Success: true } row)
                continue;
            var tests = runs[row.Groups[1].Value].Select(file => Tree.Read(file).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(text => text.TrimEnd('\r').Split(',')).Last(cells => cells[1] == "test")[4..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToArray();
            Assert.Equal(tests.Length, int.Parse(row.Groups[2].Value, CultureInfo.InvariantCulture));
            Assert.Equal($"{row.Value.TrimEnd()[..^6]} {string.Join(" | ", Enumerable.Range(0, tests[0].Length).Select(column => Spread([.. tests.Select(test => test[column])])))} |", line);
            checkedRows++;
        }

        Assert.True(checkedRows >= 10, $"{checkedRows} rows of means were found");

        static string Spread(double[] values)
        {
            var mean = values.Average();
            var deviation = values.Length > 1 ? Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)) : 0;
            return Short(mean) + (values.Length > 1 ? $" ({Short(deviation)})" : "");
        }

        static string Short(double value) => value.ToString("F4", CultureInfo.InvariantCulture)[1..];
    }

    [Fact]
    public void Rows_of_head_and_tail_are_those_of_their_stored_evaluations()
    {
        var lines = Tree.Read("docs/results.md").Split('\n').Select(line => line.TrimEnd()).ToHashSet();
        var checkedRows = 0;
        foreach (var file in Tree.Files.Where(file => file.EndsWith("/evaluations.csv", StringComparison.Ordinal) && file.Contains("/runs/", StringComparison.Ordinal)))
        {
            var rows = Tree.Read(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row.TrimEnd('\r').Split(',')).ToList();
            int ndcg = Array.IndexOf(rows[0], "ndcg@20"), recall = Array.IndexOf(rows[0], "recall@20");
            foreach (var cells in rows.Skip(1).Where(cells => cells[1] == "test" && cells[2] != "all" && cells[4] == "0"))
            {
                // | run | checkpoint | part | users | N@20 | R@20 |
                string[] figures = [Rounded(cells[ndcg]), Rounded(cells[recall])];
                var row = $"| `{file.Split('/')[^2]}` | {cells[0]} | {cells[2]} | {cells[7]} | {string.Join(" | ", figures)} |";
                Assert.True(lines.Contains(row), $"docs/results.md has no row '{row}' for {file}");
                checkedRows++;
            }
        }

        Assert.True(checkedRows > 0, "no stored evaluation of head and tail was found");
    }

    [Fact]
    public void The_table_of_model_files_has_the_figures_of_its_page()
    {
        const string Folder = "benchmarks/results/amd-epyc-family-26-2-cores";
        var page = Tree.Read($"{Folder}/files.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        var rows = Tree.Read($"{Folder}/files.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(row => row.TrimEnd('\r').Split(',')).Where(cells => cells[5].Length > 0).ToArray();
        foreach (var cells in rows)
        {
            var name = cells[3] + (cells[2] == "1" ? "+tuned" : "");
            var bytes = long.Parse(cells[4], CultureInfo.InvariantCulture).ToString("N0", CultureInfo.InvariantCulture);
            Assert.Single(page, line => line.StartsWith($"| `{name}` | {bytes} |", StringComparison.Ordinal) && line.Contains($"| {cells[5]} / {cells[6]} |", StringComparison.Ordinal));
        }

        // Every row with a number of bytes; the others are times.
        Assert.Equal(page.Count(line => char.IsDigit(line.Split('|')[2].Trim()[0]) && line.Split('|').Length > 6), rows.Length);
        Assert.Contains("(pictures/files.png)", Tree.Read("docs/results.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_held_out_users_are_means_of_their_stored_evaluations()
    {
        var lines = Tree.Read("docs/results.md").Split('\n');
        var stored = Tree.Read("benchmarks/results/amd-epyc-family-25-2-cores/new-users.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(row => row.TrimEnd('\r').Split(','));
        foreach (var group in stored.GroupBy(cells => (Data: cells[0], Preset: cells[2])))
        {
            var ways = group.GroupBy(cells => cells[3] + cells[4]).Select(way => $"{Mean(way, 6)} / {Mean(way, 7)}");
            Assert.Contains(lines, line => line.StartsWith($"| {group.Key.Data} | `{group.Key.Preset}` | {group.Count() / 3} | {string.Join(" | ", ways)} |", StringComparison.Ordinal));
        }

        static string Mean(IEnumerable<string[]> rows, int column) =>
            rows.Average(cells => double.Parse(cells[column], CultureInfo.InvariantCulture)).ToString("F4", CultureInfo.InvariantCulture)[1..];
    }

    private static string Rounded(string cell) => double.Parse(cell, CultureInfo.InvariantCulture).ToString("F5", CultureInfo.InvariantCulture)[1..];
}
