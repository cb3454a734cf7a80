using System.IO.Hashing;
using System.Text;
using MetaEmbed.Inference;

namespace MetaEmbed.Serving.Models;

/// <summary>The checksum of a model file in its own header (docs/file-format.md), checked over the bytes that will serve.</summary>
internal static class ModelVerification
{
    private const int Digits = 32;
    private static readonly byte[] Blank = [.. Enumerable.Repeat((byte)'0', Digits)];

    private static ReadOnlySpan<byte> Prefix => "{\"__metadata__\":{\"checksum.xxh128\":\""u8;

    /// <summary>Checks it.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>The checksum, 32 hexadecimal digits.</returns>
    /// <exception cref="UserMistakeException">There is none, or the bytes have another.</exception>
    public static string Check(ReadOnlySpan<byte> file, string name)
    {
        var start = 8 + Prefix.Length;
        if (file.Length < start + Digits || !file[8..].StartsWith(Prefix))
            throw new UserMistakeException(name, null, "carries no checksum", "it was not written by metaembed, or is damaged at its start");
        var hash = new XxHash128();
        hash.Append(file[..start]);
        hash.Append(Blank);
        hash.Append(file[(start + Digits)..]);
        var found = Convert.ToHexStringLower(hash.GetCurrentHash());
        if (!Encoding.ASCII.GetBytes(found).AsSpan().SequenceEqual(file.Slice(start, Digits)))
            throw new UserMistakeException(name, null, "is damaged: its bytes do not have the checksum that it was written with", "take another copy");
        return found;
    }
}
