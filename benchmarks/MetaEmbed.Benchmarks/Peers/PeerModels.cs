using MetaEmbed.Export;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Benchmarks.Peers;

/// <summary>Model files of Gowalla's size with random rows: how long a list takes does not depend on what the rows mean.</summary>
internal static class PeerModels
{
    public const int Items = 40_981;
    public const int Dimension = 128;

    // 20 bytes an item: about a megabyte.
    private static readonly int[] Stages = [1, 1, 18];

    /// <summary>32-bit rows of the items and of one user.</summary>
    public static void WriteTable(string path)
    {
        var random = new Random(1);
        var builder = new ModelFileBuilder(ModelFileKind.Table, 1, Items, Dimension);
        builder.Text("items.code", Float32Code.Name);
        builder.Text("users.code", Float32Code.Name);
        builder.Add("items.rows", Numbers(random, Items * Dimension), Items, Dimension);
        builder.Add("users.rows", Numbers(random, Dimension), 1, Dimension);
        Finish(builder, random, path);
    }

    /// <summary>Two levels of whole rows, then 18 parts.</summary>
    public static void WriteDevice(string path)
    {
        var random = new Random(2);
        var builder = new ModelFileBuilder(ModelFileKind.Device, 0, Items, Dimension);
        var parts = Stages.Sum();
        var codes = new byte[parts * Items];
        random.NextBytes(codes);
        var codebooks = new byte[Stages.Length * AdditiveCode.Codewords * Dimension];
        random.NextBytes(codebooks);
        builder.Text("items.code", AdditiveCode.Name);
        builder.Text("items.stages", string.Join(',', Stages));
        builder.Add("items.codes", codes, parts, Items);
        builder.Add("items.codebooks", Array.ConvertAll(codebooks, value => (sbyte)(value - 128)), Stages.Length, AdditiveCode.Codewords, Dimension);
        builder.Add("items.codebook_scales", [.. Enumerable.Repeat(0.005f, parts)]);
        Finish(builder, random, path);
    }

    private static void Finish(ModelFileBuilder builder, Random random, string path)
    {
        builder.AddNumbers("item_bias", Numbers(random, Items), null);
        FoldInWeights.Trained([.. Enumerable.Repeat(1f, Items)]).AddTo(builder, 1, packed: true);
        builder.Write(path);
    }

    // About normal: the sum of twelve uniform numbers.
    private static float[] Numbers(Random random, int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
        {
            var sum = -6f;
            for (var j = 0; j < 12; j++)
                sum += random.NextSingle();
            numbers[i] = 0.3f * sum;
        }

        return numbers;
    }
}
