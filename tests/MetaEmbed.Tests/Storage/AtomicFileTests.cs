using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Tests.Storage;

public class AtomicFileTests
{
    [Fact]
    public void Writes_a_new_file_and_replaces_an_old_one()
    {
        using var folder = new TemporaryFolder();
        var path = folder["a.bin"];
        AtomicFile.Write(path, new byte[] { 1, 2, 3 });
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        AtomicFile.WriteText(path, "ä");
        Assert.Equal([0xc3, 0xa4], File.ReadAllBytes(path));
        Assert.Equal(["a.bin"], folder.Names);
    }

    [Fact]
    public void A_write_cut_off_at_any_point_leaves_the_old_content_or_the_new_one()
    {
        foreach (var step in Enum.GetValues<AtomicStep>().Where(s => s != AtomicStep.PutAside))
        {
            using var folder = new TemporaryFolder();
            var path = folder["a.bin"];
            AtomicFile.WriteText(path, "old");
            var failure = Assert.Throws<InvalidOperationException>(() =>
                AtomicFile.Write(path, s => s.Write("new"u8), 3, null, at => Stop(at, step)));
            Assert.Equal(step.ToString(), failure.Message);
            Assert.Equal(step == AtomicStep.Renamed ? "new" : "old", File.ReadAllText(path));
            Assert.Equal(["a.bin"], folder.Names);
        }
    }

    [Fact]
    public void A_write_that_puts_the_old_version_aside_always_leaves_one_whole_version()
    {
        foreach (var step in Enum.GetValues<AtomicStep>())
        {
            using var folder = new TemporaryFolder();
            var path = folder["a.bin"];
            var aside = folder["a.previous.bin"];
            AtomicFile.WriteText(aside, "oldest");
            AtomicFile.WriteText(path, "old");
            Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, s => s.Write("new"u8), 3, aside, at => Stop(at, step)));
            Assert.Equal(step == AtomicStep.Renamed ? "new" : "old", File.ReadAllText(path));
            Assert.Equal(step switch { AtomicStep.PutAside => null, AtomicStep.Renamed => "old", _ => "oldest" }, File.Exists(aside) ? File.ReadAllText(aside) : null);
        }
    }

    [Fact]
    public void What_the_callback_throws_passes_on_and_the_old_file_stays()
    {
        using var folder = new TemporaryFolder();
        var path = folder["a.bin"];
        AtomicFile.WriteText(path, "old");
        Assert.Throws<FormatException>(() => AtomicFile.Write(path, s =>
        {
            s.Write(new byte[200_000]);
            throw new FormatException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["a.bin"], folder.Names);
    }

    [Fact]
    public void A_missing_folder_and_a_folder_in_the_way_are_one_clear_line()
    {
        using var folder = new TemporaryFolder();
        var missing = Assert.Throws<UserMistakeException>(() => AtomicFile.WriteText(folder["no/a.bin"], "x"));
        Assert.Equal(folder["no/a.bin"], missing.File);
        Directory.CreateDirectory(folder["d"]);
        var inTheWay = Assert.Throws<UserMistakeException>(() => AtomicFile.WriteText(folder["d"], "x"));
        Assert.Contains("cannot be written", inTheWay.Message);
        Assert.Equal(["d"], folder.Names);
    }

    [Fact]
    public async Task Eight_writers_of_one_name_leave_one_of_their_contents_whole()
    {
        using var folder = new TemporaryFolder();
        var path = folder["a.bin"];
        AtomicFile.Write(path, new byte[100_000]);
        var stop = false;
        var reader = Task.Run(() =>
        {
            var seen = 0;
            while (!Volatile.Read(ref stop))
            {
                var bytes = File.ReadAllBytes(path);
                Assert.Equal(100_000, bytes.Length);
                Assert.DoesNotContain(bytes, b => b != bytes[0]);
                seen++;
            }

            return seen;
        });
        Parallel.For(1, 9, new ParallelOptions { MaxDegreeOfParallelism = 8 }, writer =>
        {
            for (var i = 0; i < 5; i++)
                AtomicFile.Write(path, Enumerable.Repeat((byte)writer, 100_000).ToArray());
        });
        Volatile.Write(ref stop, true);
        Assert.True(await reader > 0);
        Assert.Equal(["a.bin"], folder.Names);
    }

    [Fact]
    public void Leftovers_of_killed_writers_are_swept_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string[] kept = [".bashrc", ".x.tmp", ".zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz.tmp", "a.tmp"];
        foreach (var name in kept)
            File.WriteAllText(folder[name], "");
        File.WriteAllText(folder[".last.safetensors.0123456789abcdef0123456789abcdef.tmp"], "half");
        Assert.Equal(1, AtomicFile.RemoveLeftovers(folder.Root));
        Assert.Equal(kept.Order(StringComparer.Ordinal), folder.Names);
    }

    private static void Stop(AtomicStep at, AtomicStep wanted)
    {
        if (at == wanted)
            throw new InvalidOperationException(wanted.ToString());
    }
}
