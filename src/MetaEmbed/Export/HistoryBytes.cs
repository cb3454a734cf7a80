using MetaEmbed.Data;

namespace MetaEmbed.Export;

/// <summary>Interactions as gaps in seven bits a byte, as <c>history.bytes</c> of a model file holds them.</summary>
internal static class HistoryBytes
{
    public static byte[] Of(Interactions interactions)
    {
        var bytes = new List<byte>(interactions.Count * 2 + interactions.UserCount);
        for (var user = 0; user < interactions.UserCount; user++)
        {
            var items = interactions.Of(user);
            Append(bytes, items.Length);
            for (var i = 0; i < items.Length; i++)
                Append(bytes, i == 0 ? items[0] : items[i] - items[i - 1]);
        }

        return [.. bytes];
    }

    private static void Append(List<byte> bytes, int number)
    {
        for (; number >= 0x80; number >>= 7)
            bytes.Add((byte)(number | 0x80));
        bytes.Add((byte)number);
    }
}
