namespace MetaEmbed.Serving.Tests;

/// <summary>Model files that must not serve.</summary>
internal static class DamagedModel
{
    /// <summary>Ways to damage one.</summary>
    public static readonly string[] Kinds = ["truncated", "flipped header", "flipped row", "newer version", "empty", "no model", "missing"];

    /// <summary>Damages a file in place, as a careless copy does.</summary>
    public static void Write(string path, string damage)
    {
        var bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "truncated":
                bytes = bytes[..(bytes.Length / 2)];
                break;
            case "flipped header":
                bytes[200] ^= 1;
                break;
            case "flipped row":
                bytes[^700] ^= 0x40;
                break;
            case "newer version":
                SmallModel.Write(path, version: 9);
                bytes = File.ReadAllBytes(path);
                break;
            case "empty":
                bytes = [];
                break;
            case "no model":
                bytes = "user,item\n1,2\n"u8.ToArray();
                break;
            default:
                File.Delete(path);
                return;
        }

        File.WriteAllBytes(path, bytes); // in place: the old model does not depend on the file
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(5));
    }
}
