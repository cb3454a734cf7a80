using MetaEmbed.Inference;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Tests.Storage;

public class CheckpointStoreTests
{
    [Fact]
    public void Tensors_and_texts_come_back_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder["checkpoints"]);
        Assert.Null(store.TryLoad(CheckpointStore.Last));
        Assert.Empty(store.Names);
        double[] numbers = [Math.PI, double.NaN, double.NegativeInfinity, 5e-324, -0.0];
        store.Save("best-fixed", [TensorEntry.Of("C", new[] { 1f, float.NaN, -0f, 3 }, 2, 2)],
            numbers.Select((n, i) => ($"n{i}", TrainingCheckpoint.Format(n))).Append(("epoch", TrainingCheckpoint.Format(long.MinValue))).ToDictionary(p => p.Item1, p => p.Item2));
        using var loaded = store.Load("best-fixed");
        Assert.Equal(new[] { 1f, float.NaN, -0f, 3 }.Select(BitConverter.SingleToInt32Bits), loaded.Values<float>("C", 2, 2).ToArray().Select(BitConverter.SingleToInt32Bits));
        for (var i = 0; i < numbers.Length; i++)
            Assert.Equal(BitConverter.DoubleToInt64Bits(numbers[i]), BitConverter.DoubleToInt64Bits(loaded.Number($"n{i}")));
        Assert.Equal(long.MinValue, loaded.WholeNumber("epoch"));
        Assert.Null(loaded.Notice);
        Assert.Contains("has no entry 'phase'", Assert.Throws<UserMistakeException>(() => loaded.Text("phase")).Message);
        Assert.Contains("no such number", Assert.Throws<UserMistakeException>(() => loaded.WholeNumber("n0")).Message);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 1)]
    [InlineData(3000, 130)]
    [InlineData(2, 300_000)]
    public void Rows_of_a_matrix_come_back_block_by_block(int rows, int columns)
    {
        using var folder = new TemporaryFolder();
        using var matrix = new Matrix(rows, columns);
        for (var i = 0; i < matrix.AsSpan().Length; i++)
            matrix.AsSpan()[i] = i;
        var store = new CheckpointStore(folder.Root);
        store.Save("initial", [TensorEntry.OfRows("C", rows, columns, matrix.RowRange)], new Dictionary<string, string>());
        using var loaded = store.Load("initial");
        Assert.True(loaded.Values<float>("C", rows, columns).SequenceEqual(matrix.AsSpan()));
    }

    [Fact]
    public void The_last_two_versions_are_kept_of_the_last_checkpoint_alone()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Root);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            Save(store, CheckpointStore.Last, epoch);
            Save(store, CheckpointStore.BestUpdating, epoch);
        }

        Save(store, CheckpointStore.Update(7), 7);
        Assert.Equal(["best-updating.safetensors", "last.previous.safetensors", "last.safetensors", "updates"], folder.Names);
        Assert.Equal(["best-updating", "last", "updates/epoch-000007"], store.Names);
        Assert.Equal(2, Epoch(store, CheckpointStore.Last));
        File.Delete(store.PathOf(CheckpointStore.Last));
        Assert.Equal(1, Epoch(store, CheckpointStore.Last));
        Assert.Equal(7, Epoch(store, CheckpointStore.Update(7)));
    }

    [Fact]
    public void A_damaged_newest_version_gives_way_to_the_one_before_and_never_replaces_it()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Root);
        Save(store, CheckpointStore.Last, 1);
        Save(store, CheckpointStore.Last, 2);
        Damage(store.PathOf(CheckpointStore.Last));
        using (var loaded = store.Load(CheckpointStore.Last))
        {
            Assert.Equal(1, loaded.WholeNumber("epoch"));
            Assert.Contains("last.safetensors: is damaged: its checksum is", loaded.Notice);
        }

        Save(store, CheckpointStore.Last, 3);
        Damage(store.PathOf(CheckpointStore.Last));
        Assert.Equal(1, Epoch(store, CheckpointStore.Last));
        Damage(folder["last.previous.safetensors"]);
        Assert.Contains("last.safetensors: is damaged", Assert.Throws<UserMistakeException>(() => store.TryLoad(CheckpointStore.Last)).Message);
    }

    [Fact]
    public void A_save_cut_off_at_any_point_leaves_this_epoch_or_the_one_before()
    {
        foreach (var step in Enum.GetValues<AtomicStep>())
        {
            using var folder = new TemporaryFolder();
            var store = new CheckpointStore(folder.Root);
            Save(store, CheckpointStore.Last, 1);
            Save(store, CheckpointStore.Last, 2);
            store.At = at =>
            {
                if (at == step)
                    throw new InvalidOperationException();
            };
            Assert.Throws<InvalidOperationException>(() => Save(store, CheckpointStore.Last, 3));
            Assert.Equal(step == AtomicStep.Renamed ? 3 : 2, Epoch(new CheckpointStore(folder.Root), CheckpointStore.Last));
        }
    }

    [Fact]
    public void A_full_disk_leaves_the_checkpoints_before()
    {
        using var disk = new FullDisk(256);
        var store = new CheckpointStore(disk["checkpoints"]);
        Save(store, CheckpointStore.Last, 1);
        Save(store, CheckpointStore.BestFixed, 1);
        Assert.Contains("the disk is full", Assert.Throws<UserMistakeException>(() => Save(store, CheckpointStore.Last, 2, 200_000)).Message);
        Assert.Equal(1, Epoch(store, CheckpointStore.Last));
        Assert.Equal(1, Epoch(store, CheckpointStore.BestFixed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../last")]
    [InlineData("a//b")]
    [InlineData("/tmp/x")]
    [InlineData("Last")]
    public void A_name_that_leads_out_of_the_store_is_refused(string name)
    {
        Assert.Throws<UserMistakeException>(() => new CheckpointStore("nowhere").TryLoad(name));
    }

    [Fact]
    public void A_missing_checkpoint_tells_which_there_are()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Root);
        Assert.EndsWith("there is no such checkpoint; train first.", Assert.Throws<UserMistakeException>(() => store.Load("last")).Message);
        Save(store, "initial", 0);
        Assert.EndsWith("choose one of initial.", Assert.Throws<UserMistakeException>(() => store.Load("last")).Message);
    }

    private static void Save(CheckpointStore store, string name, int epoch, int count = 1000)
    {
        store.Save(name, [TensorEntry.Of("C", new float[count])], new Dictionary<string, string> { ["epoch"] = TrainingCheckpoint.Format(epoch) });
    }

    private static long Epoch(CheckpointStore store, string name)
    {
        using var loaded = store.Load(name);
        return loaded.WholeNumber("epoch");
    }

    private static void Damage(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
