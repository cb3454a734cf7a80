namespace MetaEmbed.Reference;

/// <summary>B triples of a user, an item of theirs and an item not of theirs; items are counted from 0.</summary>
public sealed record Batch(int[] Users, int[] Positives, int[] Negatives)
{
    public int Size => Users.Length;
}

/// <summary>The two parts of a batch's loss; L2 with its factor of 1e-4.</summary>
public sealed record LossValue(double Bpr, double L2)
{
    public double Total => Bpr + L2;
}

/// <summary>Gradients of the loss where the model ends: the propagated rows, the composed rows, the item biases.</summary>
/// <param name="Rows">For H; as many rows as H, zero below the entities.</param>
/// <param name="Composed">For X = tanh(S C), N x d: the L2 part.</param>
/// <param name="ItemBias">I long.</param>
public sealed record LossGradient(DenseMatrix Rows, DenseMatrix Composed, double[] ItemBias);

/// <summary>
/// mean softplus(score(u,n) - score(u,p)) + 1e-4 l2 (|x_u|^2 + |x_p|^2 + |x_n|^2) / B, summed over the batch, a row
/// counted as often as it occurs; score(u,i) = h_u . h_i + b_i.
/// </summary>
public static class BprLoss
{
    /// <summary>score(u,i) = h_u . h_i + b_i, where rows is H and item i is its row users + i.</summary>
    public static double Score(DenseMatrix rows, double[] itemBias, int users, int user, int item) =>
        Dot(rows.Row(user), rows.Row(users + item)) + itemBias[item];

    /// <summary>The loss, where rows is H (at least N rows of d) and composed is X = tanh(S C), N x d.</summary>
    public static LossValue Value(DenseMatrix rows, DenseMatrix composed, double[] itemBias, int users, Batch batch, double l2Factor)
    {
        double bpr = 0, squares = 0;
        for (var b = 0; b < batch.Size; b++)
        {
            var (u, p, n) = (batch.Users[b], batch.Positives[b], batch.Negatives[b]);
            bpr += Softplus(Score(rows, itemBias, users, u, n) - Score(rows, itemBias, users, u, p));
            foreach (var row in (int[])[u, users + p, users + n])
                squares += Dot(composed.Row(row), composed.Row(row));
        }

        return new LossValue(bpr / batch.Size, 1e-4 * l2Factor * squares / batch.Size);
    }

    /// <summary>The gradient of <see cref="Value"/>: d softplus(z) / dz = sigmoid(z).</summary>
    public static LossGradient Gradient(DenseMatrix rows, DenseMatrix composed, double[] itemBias, int users, Batch batch, double l2Factor)
    {
        var gradient = new LossGradient(
            new DenseMatrix(rows.Rows, rows.Columns),
            new DenseMatrix(composed.Rows, composed.Columns),
            new double[itemBias.Length]);
        for (var b = 0; b < batch.Size; b++)
        {
            var (u, p, n) = (batch.Users[b], batch.Positives[b], batch.Negatives[b]);
            var difference = Score(rows, itemBias, users, u, n) - Score(rows, itemBias, users, u, p);
            var g = Sigmoid(difference) / batch.Size;
            gradient.ItemBias[n] += g;
            gradient.ItemBias[p] -= g;
            for (var j = 0; j < rows.Columns; j++)
            {
                gradient.Rows[u, j] += g * (rows[users + n, j] - rows[users + p, j]);
                gradient.Rows[users + n, j] += g * rows[u, j];
                gradient.Rows[users + p, j] -= g * rows[u, j];
            }

            foreach (var row in (int[])[u, users + p, users + n])
            {
                for (var j = 0; j < composed.Columns; j++)
                    gradient.Composed[row, j] += 2 * 1e-4 * l2Factor * composed[row, j] / batch.Size;
            }
        }

        return gradient;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (var j = 0; j < a.Length; j++)
            sum += a[j] * b[j];
        return sum;
    }

    private static double Softplus(double z) => Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)));

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));
}
