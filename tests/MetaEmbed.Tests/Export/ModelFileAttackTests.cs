using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Export;

/// <summary>
/// Damaged and lying files: each is refused in one line, or works with finite scores; nothing else may happen, and no memory is
/// taken that the file does not justify.
/// </summary>
public sealed partial class ModelFileAttackTests(SmallRun run) : IClassFixture<SmallRun>
{
    private const long MostAllocated = 32 << 20;

    public static TheoryData<string> Kinds => ["table int8", "device rq-1+pq-3", "device omp-2", "device low-rank-3", "device int4", "exact"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bytes_flipped(string kind)
    {
        var file = Export(kind);
        var stream = new RandomStream(1, RandomPurpose.Test);
        var header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        for (var round = 0; round < 1500; round++)
        {
            // Half of the flips in the header, which is small.
            var at = round % 2 == 0 ? stream.NextInt32(header) : header + stream.NextInt32(file.Length - header);
            var mask = (byte)(round % 3 == 0 ? 0xFF : 1 << stream.NextInt32(8));
            file[at] ^= mask;
            Use(file);
            file[at] ^= mask;
        }

        Assert.True(Use(file));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Files_cut_off(string kind)
    {
        var file = Export(kind);
        for (var length = 0; length < file.Length; length += length < 200 ? 1 : 97)
            Assert.False(Use(file.AsSpan(0, length)));
        Assert.False(Use([.. file, 0]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Numbers_and_words_of_the_header_that_lie(string kind)
    {
        var file = Export(kind);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var header = Encoding.UTF8.GetString(file, 8, length).TrimEnd();
        var data = file.AsSpan(8 + length).ToArray();
        Assert.True(Use(Whole(header, data)));
        foreach (Match number in Number().Matches(header))
        {
            var value = long.Parse(number.Value, System.Globalization.CultureInfo.InvariantCulture);
            foreach (var lie in new[] { 0, 1, value - 1, value + 1, 2 * value, 65_536, int.MaxValue, (long)int.MaxValue + 1, long.MaxValue })
            {
                if (lie >= 0)
                    Use(Whole(header[..number.Index] + lie + header[(number.Index + number.Length)..], data));
            }
        }

        foreach (Match word in Word().Matches(header))
        {
            foreach (var lie in new[] { "\"\"", "\"F32\"", "\"I64\"", "\"users\"", "\"items.codes\"", "\"-1\"", "\"1,1\"", "\"exact\"", "\"device\"" })
                Use(Whole(header[..word.Index] + lie + header[(word.Index + word.Length)..], data));
        }
    }

    // Ids, counts, codes, scales, weights, names and histories, each as a whole, and each element by itself where they are few.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Tensors_that_lie(string kind)
    {
        var file = Export(kind);
        using var tensors = Safetensors.Read(file, kind);
        foreach (var tensor in tensors.Tensors)
        {
            var (at, length) = ((int)tensor.Offset, (int)tensor.Length);
            var kept = file.AsSpan(at, length).ToArray();
            foreach (var lie in new byte[] { 0, 1, 0x7F, 0x80, 0xFF })
            {
                file.AsSpan(at, length).Fill(lie);
                Use(file);
                kept.CopyTo(file, at);
                var step = tensor.Type.Size() * Math.Max(1, (int)(tensor.Count / 16));
                for (var element = 0; element < length; element += step)
                {
                    file.AsSpan(at + element, tensor.Type.Size()).Fill(lie);
                    Use(file);
                    kept.CopyTo(file, at);
                }
            }
        }

        Assert.True(Use(file));
    }

    [Fact]
    public void A_newer_version_is_refused_in_one_clear_line()
    {
        var file = Export("device int4");
        var header = Encoding.UTF8.GetString(file);
        var at = header.IndexOf("\"format_version\":\"1\"", StringComparison.Ordinal);
        file[at + 18] = (byte)'2';
        var mistake = Assert.Throws<UserMistakeException>(() => Recommender.Read(file, "new.metaembed"));
        Assert.Equal("new.metaembed: has format version 2, but this program reads 1 to 1; use a newer metaembed.", mistake.Message);
    }

    [Fact]
    public void A_file_that_is_no_model_file_is_refused()
    {
        var checkpoint = Directory.EnumerateFiles(run.Run, "*.safetensors", SearchOption.AllDirectories).First();
        Assert.Contains("is no model file", Assert.Throws<UserMistakeException>(() => Recommender.Open(checkpoint)).Message);
        Assert.Contains("no such file", Assert.Throws<UserMistakeException>(() => Recommender.Open(run["missing.metaembed"])).Message);
    }

    /// <summary>Opens a file and asks it everything; false where it was refused.</summary>
    private static bool Use(ReadOnlySpan<byte> file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var recommender = Recommender.Read(file, "attacked");
            var best = new Recommendation[5];
            Finite(best, recommender.RecommendFromHistory([0], best, new ItemFilter { IncludeHistory = true }));
            if (recommender.UserCount > 0)
            {
                Finite(best, recommender.Recommend(recommender.UserCount - 1, best));
                Assert.NotNull(recommender.UserName(0));
            }

            Finite(best, recommender.SimilarItems(recommender.ItemCount - 1, best));
            Finite(best, recommender.Popular(best));
            recommender.FindItem("item");
            Assert.NotNull(recommender.ItemName(recommender.ItemCount - 1));
            return true;
        }
        catch (UserMistakeException mistake)
        {
            Assert.DoesNotContain('\n', mistake.Message);
            return false;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        }
    }

    private static void Finite(Recommendation[] best, int count)
    {
        for (var i = 0; i < count; i++)
            Assert.True(float.IsFinite(best[i].Score));
    }

    private static byte[] Whole(string header, byte[] data)
    {
        // Spaces up to the next line of 64 bytes, as the writer leaves them.
        var bytes = Encoding.UTF8.GetByteCount(header);
        header += new string(' ', -(8 + bytes) & 63);
        var front = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(front, Encoding.UTF8.GetByteCount(header));
        return [.. front, .. Encoding.UTF8.GetBytes(header), .. data];
    }

    private byte[] Export(string kind)
    {
        var path = run[kind.Replace(' ', '-') + ".metaembed"];
        if (!File.Exists(path))
        {
            var words = kind.Split(' ');
            var request = new ExportRequest(run.Run, path, Enum.Parse<ModelFileKind>(words[0], ignoreCase: true)) { Code = words.ElementAtOrDefault(1), Threads = 1 };
            ModelExport.Execute(request);
        }

        return File.ReadAllBytes(path);
    }

    [GeneratedRegex(@"(?<![\w.\-#])\d{1,12}(?![\w.\-])")]
    private static partial Regex Number();

    [GeneratedRegex("\"[\\w.\\-+,]{1,30}\"")]
    private static partial Regex Word();
}
