using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MetaEmbed.Experiments;

/// <summary>
/// The few messages that scalars need, in the binary form of protocol buffers: a field is a varint of
/// number * 8 + kind (0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes), then its value.
/// </summary>
/// <remarks>
/// Event (tensorflow/core/util/event.proto): 1 wall_time double, 2 step int64, 3 file_version string, 5 summary,
/// 7 session_log. Summary: 1 value. Value: 1 tag string, 2 simple_value float. SessionLog: 1 status (1 is START).
/// </remarks>
internal static class TensorBoardEvent
{
    /// <summary>The first event of a file.</summary>
    public static byte[] FileVersion(double time)
    {
        using var message = new MemoryStream();
        Double(message, 1, time);
        Bytes(message, 3, "brain.Event:2"u8);
        return message.ToArray();
    }

    /// <summary>Tells the reader to forget this and later steps of the files before.</summary>
    public static byte[] SessionStart(double time, long step)
    {
        using var message = new MemoryStream();
        Double(message, 1, time);
        Whole(message, 2, (ulong)step);
        Bytes(message, 7, [1 << 3, 1]);
        return message.ToArray();
    }

    /// <summary>One number.</summary>
    public static byte[] Scalar(double time, long step, string tag, float value)
    {
        using var inner = new MemoryStream();
        Bytes(inner, 1, Encoding.UTF8.GetBytes(tag));
        Varint(inner, (2 << 3) | 5);
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        inner.Write(four);
        using var summary = new MemoryStream();
        Bytes(summary, 1, inner.ToArray());
        using var message = new MemoryStream();
        Double(message, 1, time);
        Whole(message, 2, (ulong)step);
        Bytes(message, 5, summary.ToArray());
        return message.ToArray();
    }

    /// <summary>
    /// A record of a TFRecord file: length (8 bytes), masked CRC-32C of these 8, data, masked CRC-32C of the data;
    /// all little-endian.
    /// </summary>
    public static byte[] Frame(ReadOnlySpan<byte> data)
    {
        var record = new byte[8 + 4 + data.Length + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Masked(record.AsSpan(0, 8)));
        data.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), Masked(data));
        return record;
    }

    /// <summary>CRC-32C (Castagnoli), rotated right by 15 bits, plus a constant: a CRC of data with CRCs in it stays strong.</summary>
    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    private static void Double(MemoryStream message, int field, double value)
    {
        Varint(message, (uint)field << 3 | 1);
        Span<byte> eight = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(eight, value);
        message.Write(eight);
    }

    private static void Whole(MemoryStream message, int field, ulong value)
    {
        Varint(message, (uint)field << 3);
        Varint(message, value);
    }

    private static void Bytes(MemoryStream message, int field, ReadOnlySpan<byte> value)
    {
        Varint(message, (uint)field << 3 | 2);
        Varint(message, (ulong)value.Length);
        message.Write(value);
    }

    private static void Varint(MemoryStream message, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            message.WriteByte((byte)(value | 0x80));
        message.WriteByte((byte)value);
    }
}
