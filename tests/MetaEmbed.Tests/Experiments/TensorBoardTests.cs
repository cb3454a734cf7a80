using System.Text;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Tests.Storage;

namespace MetaEmbed.Tests.Experiments;

/// <summary>The files are read by code of the test's own: frames with a CRC bit by bit, then fields by number.</summary>
public class TensorBoardTests
{
    [Fact]
    public void The_crc_of_the_test_gives_the_published_check_value()
    {
        Assert.Equal(0xe3069283, Crc("123456789"u8));
    }

    [Fact]
    public void Records_hold_version_then_scalars_with_time_step_tag_and_value()
    {
        using var folder = new TemporaryFolder();
        var numbers = new Dictionary<int, double> { [20] = 0.25, [5] = 0.125 };
        using (var writer = TensorBoardWriter.Open(folder.Root, 0))
        {
            writer.Training(0, 3.5, 3, float.NaN);
            writer.Validation(300, new MetricSummary("valid", 9, numbers, numbers));
        }

        var name = Assert.Single(folder.Names);
        Assert.Matches(@"^events\.out\.tfevents\.\d{10}\.[A-Za-z0-9_-]+\.\d+\.0$", name);
        var events = Read(folder[name]);
        Assert.Equal("brain.Event:2", Encoding.UTF8.GetString((byte[])events[0][3]));
        Assert.Equal([1, 3], events[0].Keys);
        Assert.All(events, e => Assert.InRange((double)e[1], DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1));
        (string, long, float)[] expected =
        [
            ("train/epoch_wise/avg_epoch_loss", 0, 3.5f), ("train/epoch_wise/avg_epoch_recsys_loss", 0, 3), ("train/epoch_wise/avg_epoch_reg_loss", 0, float.NaN),
            ("valid/epoch_wise/ndcg_5", 300, 0.125f), ("valid/epoch_wise/ndcg_20", 300, 0.25f), ("valid/epoch_wise/recall_5", 300, 0.125f), ("valid/epoch_wise/recall_20", 300, 0.25f),
        ];
        Assert.Equal(expected, events.Skip(1).Select(Scalar));
    }

    [Fact]
    public void A_resume_starts_a_file_that_sorts_last_and_purges_the_steps_that_come_again()
    {
        using var folder = new TemporaryFolder();
        TensorBoardWriter.Open(folder.Root, 0).Dispose();
        for (var i = 0; i < 3; i++)
        {
            var before = folder.Names;
            using (var writer = TensorBoardWriter.Open(folder.Root, 130))
                writer.Scalar("x", 130, 1);
            var added = folder.Names.Except(before).Single();
            Assert.Equal(folder.Names[^1], added);
            var events = Read(folder[added]);
            Assert.Equal([1, 2, 7], events[1].Keys);
            Assert.Equal(130L, events[1][2]);
            Assert.Equal(1L, Fields((byte[])events[1][7])[1]);
            Assert.Equal(("x", 130, 1f), Scalar(events[2]));
        }
    }

    [Fact]
    public void On_a_full_disk_the_file_ends_with_a_whole_record()
    {
        using var disk = new FullDisk(16);
        using var writer = TensorBoardWriter.Open(disk["board"], 0);
        var count = 0;
        var mistake = Assert.Throws<UserMistakeException>(() =>
        {
            for (; count < 10_000; count++)
                writer.Scalar("valid/epoch_wise/ndcg_5", count, 1);
        });
        Assert.Contains("the disk is full", mistake.Message);
        Assert.Equal(count + 1, Read(Directory.GetFiles(disk["board"])[0]).Count);
    }

    private static (string Tag, long Step, float Value) Scalar(Dictionary<int, object> message)
    {
        Assert.Equal([1, 2, 5], message.Keys);
        var value = Fields((byte[])Fields((byte[])message[5])[1]);
        Assert.Equal([1, 2], value.Keys);
        return (Encoding.UTF8.GetString((byte[])value[1]), (long)message[2], (float)value[2]);
    }

    private static List<Dictionary<int, object>> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var events = new List<Dictionary<int, object>>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BitConverter.ToInt64(bytes, at);
            Assert.Equal(Mask(Crc(bytes.AsSpan(at, 8))), BitConverter.ToUInt32(bytes, at + 8));
            var data = bytes.AsSpan(at + 12, length);
            Assert.Equal(Mask(Crc(data)), BitConverter.ToUInt32(bytes, at + 12 + length));
            events.Add(Fields(data.ToArray()));
            at += length + 16;
        }

        return events;
    }

    private static Dictionary<int, object> Fields(byte[] message)
    {
        var fields = new Dictionary<int, object>();
        var at = 0;
        while (at < message.Length)
        {
            var key = Varint(message, ref at);
            object value;
            switch (key & 7)
            {
                case 0: value = Varint(message, ref at); break;
                case 1: value = BitConverter.ToDouble(message, at); at += 8; break;
                case 5: value = BitConverter.ToSingle(message, at); at += 4; break;
                default:
                    Assert.Equal(2, key & 7);
                    var length = (int)Varint(message, ref at);
                    value = message[at..(at + length)];
                    at += length;
                    break;
            }

            fields.Add((int)(key >> 3), value);
        }

        return fields;
    }

    private static long Varint(byte[] message, ref int at)
    {
        var value = 0L;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (long)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = 0xffffffffu;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78 : crc >> 1;
        }

        return ~crc;
    }

    private static uint Mask(uint crc) => unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8);
}
