using MetaEmbed.Data;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Models;

/// <summary>
/// A table of items T (I x d), biases b and fold-in weights w, without a row for any user: a user is folded in from the
/// items J of their history,
/// <code>
/// h_u = 1 / sqrt(|J|) sum over j in J of w_j T_j,   score(u, i) = &lt;h_u, T_i&gt; + b_i
/// </code>
/// which is LightGCN's last propagation with w_j = d_j^-1/2, the start of the weights. Any user with a history can be
/// ranked, one that training never saw as well.
/// </summary>
internal sealed class FoldedModel : IDisposable
{
    /// <summary>Standard deviation of the first rows.</summary>
    private const double InitialDeviation = 0.1;

    private readonly CodedItems? _coded;

    /// <param name="train">Training interactions.</param>
    /// <param name="dimension">d.</param>
    /// <param name="coded">What the items are sums of; null for a table that is free. Owned by the model.</param>
    internal FoldedModel(Interactions train, int dimension, CodedItems? coded = null)
    {
        _coded = coded;
        ItemCount = train.ItemCount;
        Dimension = dimension;
        PaddedDimension = EntityRows.Pad(dimension);
        Items = new Parameter((long)ItemCount * PaddedDimension);
        ItemBias = new Parameter(ItemCount);
        FoldWeight = new Parameter(ItemCount);
        Trained = [coded?.Codewords ?? Items, ItemBias, FoldWeight];
        var degrees = train.CountByItem();
        for (var item = 0; item < ItemCount; item++)
            FoldWeight.Value.Span[item] = (float)(1 / Math.Sqrt(Math.Max(degrees[item], 1)));
    }

    internal int ItemCount { get; }

    internal int Dimension { get; }

    internal int PaddedDimension { get; }

    /// <summary>T, I rows of D = d padded; the padding is 0 and stays 0.</summary>
    internal Parameter Items { get; }

    /// <summary>b.</summary>
    internal Parameter ItemBias { get; }

    /// <summary>w.</summary>
    internal Parameter FoldWeight { get; }

    internal IReadOnlyList<Parameter> Trained { get; }

    /// <summary>Draws T from N(0, 0.1^2); biases are 0.</summary>
    internal void Initialize(long seed)
    {
        for (var item = 0; item < ItemCount; item++)
        {
            var stream = new RandomStream((ulong)seed, RandomPurpose.Parameters, 3, (ulong)item);
            foreach (ref var value in Row(item)[..Dimension])
                value = (float)(InitialDeviation * NormalDistribution.Next(ref stream));
        }
    }

    /// <summary>Sets all gradients to 0.</summary>
    internal void ClearGradients()
    {
        Items.Gradient.Clear();
        foreach (var parameter in Trained)
            parameter.Gradient.Clear();
    }

    /// <summary>Takes the gradient of the table on to what the table is made of.</summary>
    internal void PassGradients(Workers workers) => _coded?.Gather(Items.Gradient, workers);

    /// <summary>Makes the table anew from what it is made of.</summary>
    internal void Refresh(Workers workers) => _coded?.Decode(Items.Value, workers);

    /// <summary>Starts from the items of another model.</summary>
    /// <param name="rows">Its H, N x d.</param>
    /// <param name="firstItem">Row of the first item.</param>
    /// <param name="itemBias">Its b.</param>
    internal void Start(Matrix rows, int firstItem, ReadOnlySpan<float> itemBias)
    {
        for (var item = 0; item < ItemCount; item++)
            rows.Row(firstItem + item).CopyTo(Row(item));
        itemBias.CopyTo(ItemBias.Value.Span);
    }

    /// <summary>Row of an item, D long.</summary>
    internal unsafe Span<float> Row(int item) => new(Items.Value.Pointer + (long)item * PaddedDimension, PaddedDimension);

    /// <summary>The tensors <c>item_table</c> (I x d), <c>item_bias</c> (I), <c>fold_weight</c> (I), with Adam's moments if asked for.</summary>
    internal IReadOnlyList<TensorEntry> Tensors(bool optimizer)
    {
        var tensors = new List<TensorEntry>();
        CoarseTensors.AddMatrix(tensors, "item_table", Items, ItemCount, Dimension, PaddedDimension, optimizer);
        CoarseTensors.AddMatrix(tensors, "item_bias", ItemBias, 1, ItemCount, ItemCount, optimizer);
        CoarseTensors.AddMatrix(tensors, "fold_weight", FoldWeight, 1, ItemCount, ItemCount, optimizer);
        return tensors;
    }

    /// <summary>Takes the model, and Adam's moments if asked for, from a checkpoint.</summary>
    internal void Restore(TrainingCheckpoint checkpoint, bool optimizer)
    {
        CoarseTensors.ReadMatrix(checkpoint, "item_table", Items, ItemCount, Dimension, PaddedDimension, optimizer);
        CoarseTensors.ReadMatrix(checkpoint, "item_bias", ItemBias, 1, ItemCount, ItemCount, optimizer);
        CoarseTensors.ReadMatrix(checkpoint, "fold_weight", FoldWeight, 1, ItemCount, ItemCount, optimizer);
    }

    /// <summary>Rows of users folded in from their histories, then the rows of the items: what ranks, N x d.</summary>
    internal void FillRows(Interactions train, Matrix target, Workers workers)
    {
        const int Run = 256;
        workers.Run((train.UserCount + Run - 1) / Run, run =>
        {
            Span<float> sum = stackalloc float[PaddedDimension];
            for (var user = run * Run; user < Math.Min((run + 1) * Run, train.UserCount); user++)
            {
                Fold(train.Of(user), sum);
                sum[..Dimension].CopyTo(target.Row(user));
            }
        });
        for (var item = 0; item < ItemCount; item++)
            Row(item)[..Dimension].CopyTo(target.Row(train.UserCount + item));
    }

    /// <summary>h_u from a history; 0 from an empty one.</summary>
    internal void Fold(ReadOnlySpan<int> history, Span<float> target)
    {
        target.Clear();
        if (history.IsEmpty)
            return;
        foreach (var item in history)
            RowSums.Add(FoldWeight.Value.Span[item], Row(item), target);
        RowSums.Scale((float)(1 / Math.Sqrt(history.Length)), target);
    }

    public void Dispose()
    {
        Items.Dispose();
        ItemBias.Dispose();
        FoldWeight.Dispose();
        _coded?.Dispose();
    }
}
