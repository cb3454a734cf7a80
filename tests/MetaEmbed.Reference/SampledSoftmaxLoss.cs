namespace MetaEmbed.Reference;

/// <summary>Positives in blocks that share negatives; items are counted from 0.</summary>
/// <param name="Users">B users.</param>
/// <param name="Positives">An item of each.</param>
/// <param name="BlockSize">Positives of a block; the last block may have fewer.</param>
/// <param name="Negatives">The negatives of each block.</param>
public sealed record BlockBatch(int[] Users, int[] Positives, int BlockSize, int[][] Negatives)
{
    public int Size => Users.Length;
}

/// <summary>
/// With z_j = (h_u . h_j + b_j - c_j) / tau over a positive p and the negatives of its block,
/// mean over the positives of log sum_j e^z_j - z_p; and 1e-4 / B times l2 |x|^2 and biasL2 b^2, summed over the places:
/// each user, each positive, each negative of each block.
/// </summary>
/// <param name="temperature">tau.</param>
/// <param name="correction">c, I long.</param>
/// <param name="l2Factor">In units of 1e-4.</param>
/// <param name="biasL2Factor">In units of 1e-4.</param>
public sealed class SampledSoftmaxLoss(double temperature, double[] correction, double l2Factor, double biasL2Factor)
{
    /// <summary>The loss, where rows is H (at least N rows of d) and composed is X = tanh(S C), N x d.</summary>
    public (double Softmax, double Penalty) Value(DenseMatrix rows, DenseMatrix composed, double[] itemBias, int users, BlockBatch batch)
    {
        double softmax = 0, penalty = 0;
        for (var b = 0; b < batch.Size; b++)
        {
            var z = Logits(rows, itemBias, users, batch, b);
            var top = z.Max();
            softmax += top + Math.Log(z.Sum(value => Math.Exp(value - top))) - z[0];
        }

        foreach (var entity in Places(users, batch))
        {
            for (var j = 0; j < composed.Columns; j++)
                penalty += 1e-4 * l2Factor / batch.Size * composed[entity, j] * composed[entity, j];
            if (entity >= users)
                penalty += 1e-4 * biasL2Factor / batch.Size * itemBias[entity - users] * itemBias[entity - users];
        }

        return (softmax / batch.Size, penalty);
    }

    /// <summary>
    /// The gradient of <see cref="Value"/>: d loss / d score_j = (softmax(z)_j - [j is the positive]) / (B tau), for each
    /// candidate by itself, also where an item is a candidate twice.
    /// </summary>
    public LossGradient Gradient(DenseMatrix rows, DenseMatrix composed, double[] itemBias, int users, BlockBatch batch)
    {
        var gradient = new LossGradient(
            new DenseMatrix(rows.Rows, rows.Columns),
            new DenseMatrix(composed.Rows, composed.Columns),
            new double[itemBias.Length]);
        for (var b = 0; b < batch.Size; b++)
        {
            var user = batch.Users[b];
            var candidates = Candidates(batch, b);
            var z = Logits(rows, itemBias, users, batch, b);
            var top = z.Max();
            var sum = z.Sum(value => Math.Exp(value - top));
            for (var j = 0; j < candidates.Length; j++)
            {
                var item = candidates[j];
                var g = (Math.Exp(z[j] - top) / sum - (j == 0 ? 1 : 0)) / (batch.Size * temperature);
                gradient.ItemBias[item] += g;
                for (var k = 0; k < rows.Columns; k++)
                {
                    gradient.Rows[user, k] += g * rows[users + item, k];
                    gradient.Rows[users + item, k] += g * rows[user, k];
                }
            }
        }

        foreach (var entity in Places(users, batch))
        {
            for (var j = 0; j < composed.Columns; j++)
                gradient.Composed[entity, j] += 2 * 1e-4 * l2Factor / batch.Size * composed[entity, j];
            if (entity >= users)
                gradient.ItemBias[entity - users] += 2 * 1e-4 * biasL2Factor / batch.Size * itemBias[entity - users];
        }

        return gradient;
    }

    private double[] Logits(DenseMatrix rows, double[] itemBias, int users, BlockBatch batch, int b) =>
        [.. Candidates(batch, b).Select(item => (BprLoss.Score(rows, itemBias, users, batch.Users[b], item) - correction[item]) / temperature)];

    /// <summary>The positive, then the negatives of its block; any may be an item of the user's, or the positive itself.</summary>
    private static int[] Candidates(BlockBatch batch, int b) => [batch.Positives[b], .. batch.Negatives[b / batch.BlockSize]];

    private static IEnumerable<int> Places(int users, BlockBatch batch) =>
        [.. batch.Users, .. batch.Positives.Select(item => users + item), .. batch.Negatives.SelectMany(block => block).Select(item => users + item)];
}
