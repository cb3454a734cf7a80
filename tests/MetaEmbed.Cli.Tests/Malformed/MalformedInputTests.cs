using MetaEmbed.Cli.Commands;

namespace MetaEmbed.Cli.Tests.Malformed;

/// <summary>
/// More than a hundred malformed inputs: each is answered in one line and with exit code 2, and leaves nothing behind.
/// The command's entry is called inside of this process, a few of them as a process of its own.
/// </summary>
public sealed class MalformedInputTests
{
    public static TheoryData<int, string> Inputs
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var (input, index) in MalformedInputs.All.Select((input, index) => (input, index)))
                data.Add(index, Shown(input.Name));
            return data;
        }
    }

    [Fact]
    public void There_are_more_than_a_hundred() => Assert.InRange(MalformedInputs.All.Count, 101, 200);

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Is_answered_in_one_line_and_leaves_nothing(int index, string name) => Check(index, name, args =>
    {
        var (output, error) = (Console.Out, Console.Error);
        using var text = new StringWriter();
        using var line = new StringWriter();
        try
        {
            Console.SetOut(text);
            Console.SetError(line);
            return new Outcome(Entry.Run(args), text.ToString(), line.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    });

    [Fact]
    public void A_process_answers_in_the_same_way()
    {
        // One of every ten, the large ones apart.
        for (var index = 0; index < MalformedInputs.All.Count - 5; index += 12)
        {
            if (!MalformedInputs.All[index].Name.Contains("with a zero", StringComparison.Ordinal))
                Check(index, MalformedInputs.All[index].Name, Metaembed.Run);
        }
    }

    private static void Check(int index, string name, Func<string[], Outcome> run)
    {
        using var folder = new TemporaryFolder();
        var arguments = MalformedInputs.All[index].Arguments(folder);
        var before = Directory.GetFileSystemEntries(folder.Root, "*", SearchOption.AllDirectories).Order().ToArray();
        var outcome = run(["import", .. arguments, "--out", folder["out"]]);
        Assert.True(outcome.Code == 2, $"{name}: exit code {outcome.Code}, {outcome.Output}{outcome.Error}");
        Assert.Equal("", outcome.Output);
        var line = Assert.Single(outcome.ErrorLines);
        Assert.StartsWith("metaembed: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line, char.IsControl);
        Assert.True(line.Length < 600 + (2 * arguments[0].Length), line);
        Assert.Contains("; ", line, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(folder.Root, "*", SearchOption.AllDirectories).Order());
        TestContext.Current.TestOutputHelper?.WriteLine(line.Replace(folder.Root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
    }

    private static string Shown(string name) => string.Concat(name.Select(letter => char.IsControl(letter) ? '?' : letter));
}
