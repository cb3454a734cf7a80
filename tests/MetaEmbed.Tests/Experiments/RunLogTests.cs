using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Tests.Storage;

namespace MetaEmbed.Tests.Experiments;

public class RunLogTests
{
    [Fact]
    public void Lines_come_back_with_time_event_and_fields_in_order()
    {
        using var folder = new TemporaryFolder();
        using (var log = RunLog.Open(folder["log.jsonl"]))
            log.Write("evaluation", ("epoch", 5), ("ndcg", new Dictionary<int, double> { [20] = 0.5, [5] = double.NaN }), ("text", "a\nb"), ("missing", null), ("loss", 0.1));
        var line = Assert.Single(File.ReadAllLines(folder["log.jsonl"]));
        Assert.Matches("^\\{\"time\":\"20[0-9-]+T[0-9:.]+Z\",\"event\":\"evaluation\",\"epoch\":5,\"ndcg\":\\{\"5\":\"NaN\",\"20\":0.5\\},\"text\":\"a\\\\nb\",\"missing\":null,\"loss\":0.1\\}$", line);
        Assert.Throws<ArgumentException>(() =>
        {
            using var log = RunLog.Open(folder["log.jsonl"]);
            log.Write("x", ("object", new object()));
        });
        Assert.Single(RunLog.Read(folder["log.jsonl"]));
    }

    [Fact]
    public void A_line_torn_at_any_byte_is_left_out_by_readers_and_cut_by_the_next_session()
    {
        using var folder = new TemporaryFolder();
        var path = folder["log.jsonl"];
        using (var log = RunLog.Open(path))
        {
            log.Write("epoch", ("epoch", 0));
            log.Write("epoch", ("epoch", 1), ("text", new string('x', 9000)));
        }

        var whole = File.ReadAllBytes(path);
        for (var length = 0; length <= whole.Length; length += length < 100 || length > whole.Length - 3 ? 1 : 97)
        {
            File.WriteAllBytes(path, whole[..length]);
            var kept = whole.AsSpan(0, length).Count((byte)'\n');
            Assert.Equal(kept, RunLog.Read(path).Count);
            using (var log = RunLog.Open(path))
                log.Write("resume");
            Assert.Equal(kept + 1, RunLog.Read(path).Count);
        }
    }

    [Fact]
    public void A_damaged_line_before_the_last_is_named()
    {
        using var folder = new TemporaryFolder();
        foreach (var bad in new[] { "x", "", "1", "{\"a\":1" })
        {
            File.WriteAllText(folder["log.jsonl"], $"{{}}\n{bad}\n{{}}\n");
            var mistake = Assert.Throws<UserMistakeException>(() => RunLog.Read(folder["log.jsonl"]));
            Assert.Equal(2, mistake.Line);
        }
    }

    [Fact]
    public void Threads_never_mix_their_lines_and_a_reader_may_look_on()
    {
        using var folder = new TemporaryFolder();
        using var log = RunLog.Open(folder["log.jsonl"]);
        Parallel.For(0, 200, i =>
        {
            log.Write("step", ("i", i), ("text", new string('x', i)));
            RunLog.Read(folder["log.jsonl"]);
        });
        Assert.Equal(Enumerable.Range(0, 200), RunLog.Read(folder["log.jsonl"]).Select(l => l.GetProperty("i").GetInt32()).Order());
    }

    [Fact]
    public void On_a_full_disk_the_log_ends_with_a_whole_line()
    {
        using var disk = new FullDisk(64);
        using var log = RunLog.Open(disk["log.jsonl"]);
        var lines = 0;
        var mistake = Assert.Throws<UserMistakeException>(() =>
        {
            for (; lines < 10_000; lines++)
                log.Write("epoch", ("text", new string('x', 999)));
        });
        Assert.Contains("the disk is full", mistake.Message);
        Assert.True(lines > 30);
        Assert.Equal(lines, RunLog.Read(disk["log.jsonl"]).Count);
        Assert.Equal((byte)'\n', File.ReadAllBytes(disk["log.jsonl"])[^1]);
    }
}
