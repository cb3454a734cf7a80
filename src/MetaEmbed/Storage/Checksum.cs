using System.IO.Hashing;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Storage;

/// <summary>
/// XxHash128 of files: notices damage, proves nothing against an attacker. Written as 32 lower-case hexadecimal digits,
/// as <c>xxhsum -H2</c> prints it.
/// </summary>
public static class Checksum
{
    private const int Block = 1 << 20;

    /// <summary>Of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        return Convert.ToHexStringLower(XxHash128.Hash(bytes));
    }

    /// <summary>Of a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserMistakeException">It cannot be read.</exception>
    public static string OfFile(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            var hash = new XxHash128();
            hash.Append(file);
            return Convert.ToHexStringLower(hash.GetCurrentHash());
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            throw new UserMistakeException(path, null, $"cannot be read ({error.Message})", "check the file and your rights to it", error);
        }
    }

    /// <summary>Checks a file by <see cref="SafetensorsWriter"/> against the checksum in its own header.</summary>
    /// <param name="file">The open file.</param>
    /// <exception cref="UserMistakeException">It carries no checksum, or another one than its bytes have.</exception>
    public static void Verify(Safetensors file)
    {
        const int digits = 32;
        var begin = SafetensorsWriter.ChecksumOffset;
        if (file.Length < begin + digits || !file.Bytes(8, begin - 8).SequenceEqual(SafetensorsWriter.ChecksumPrefix))
            throw new UserMistakeException(file.Name, null, "carries no checksum", "it was not written by metaembed, or is damaged at its start");
        var written = System.Text.Encoding.ASCII.GetString(file.Bytes(begin, digits));
        var hash = new XxHash128();
        hash.Append(file.Bytes(0, begin));
        hash.Append(SafetensorsWriter.BlankChecksum);
        for (long at = begin + digits; at < file.Length; at += Block)
            hash.Append(file.Bytes(at, (int)Math.Min(Block, file.Length - at)));
        var found = Convert.ToHexStringLower(hash.GetCurrentHash());
        if (found != written)
            throw new UserMistakeException(file.Name, null, $"is damaged: its checksum is {found}, it was written with {Shown(written)}", "take another copy or an earlier checkpoint");
    }

    private static string Shown(string text)
    {
        return string.Concat(text.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '?'));
    }
}
