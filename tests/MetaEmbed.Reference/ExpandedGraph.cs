namespace MetaEmbed.Reference;

/// <summary>
/// The graphs that are propagated over. Entities: user u is row u, item i is row users + i; then the c coarse, then
/// the f fine meta-embeddings.
/// </summary>
public static class ExpandedGraph
{
    /// <summary>A_norm = D^-1/2 A D^-1/2 of the bipartite train graph, N x N, without self loops.</summary>
    /// <param name="itemsOf">The distinct train items of each user.</param>
    /// <param name="items">I.</param>
    public static DenseMatrix NormalizedAdjacency(int[][] itemsOf, int items)
    {
        var users = itemsOf.Length;
        var adjacency = new DenseMatrix(users + items, users + items);
        for (var user = 0; user < users; user++)
        {
            foreach (var item in itemsOf[user])
            {
                adjacency[user, users + item] = 1;
                adjacency[users + item, user] = 1;
            }
        }

        return Normalize(adjacency);
    }

    /// <summary>E_norm of E = [A_norm S; S^T 0], over N + c nodes.</summary>
    /// <param name="adjacency">A_norm, N x N.</param>
    /// <param name="assignment">S, N x c.</param>
    public static DenseMatrix Coarse(DenseMatrix adjacency, DenseMatrix assignment) =>
        Fine(adjacency, assignment, new DenseMatrix(assignment.Columns, 0));

    /// <summary>E_norm of E = [A_norm S 0; S^T 0 S2; 0 S2^T 0], over N + c + f nodes.</summary>
    /// <param name="adjacency">A_norm, N x N.</param>
    /// <param name="assignment">S, N x c.</param>
    /// <param name="fineAssignment">S2, c x f.</param>
    public static DenseMatrix Fine(DenseMatrix adjacency, DenseMatrix assignment, DenseMatrix fineAssignment)
    {
        var entities = adjacency.Rows;
        var coarse = assignment.Columns;
        var fine = fineAssignment.Columns;
        var expanded = new DenseMatrix(entities + coarse + fine, entities + coarse + fine);
        for (var i = 0; i < entities; i++)
        {
            for (var j = 0; j < entities; j++)
                expanded[i, j] = adjacency[i, j];
            for (var k = 0; k < coarse; k++)
                expanded[i, entities + k] = expanded[entities + k, i] = assignment[i, k];
        }

        for (var k = 0; k < coarse; k++)
        {
            for (var m = 0; m < fine; m++)
                expanded[entities + k, entities + coarse + m] = expanded[entities + coarse + m, entities + k] = fineAssignment[k, m];
        }

        return Normalize(expanded);
    }

    /// <summary>R^-1/2 E R^-1/2, R the row sums of E; a row whose sum is zero stays zero.</summary>
    public static DenseMatrix Normalize(DenseMatrix matrix)
    {
        var factor = new double[matrix.Rows];
        for (var i = 0; i < matrix.Rows; i++)
        {
            double sum = 0;
            foreach (var element in matrix.Row(i))
                sum += element;
            if (sum < 0)
                throw new ArithmeticException($"the entries of row {i} sum to {sum}; only sums from 0 on can be normalised");
            factor[i] = sum == 0 ? 0 : 1 / Math.Sqrt(sum);
        }

        var result = new DenseMatrix(matrix.Rows, matrix.Columns);
        for (var i = 0; i < matrix.Rows; i++)
        {
            for (var j = 0; j < matrix.Columns; j++)
                result[i, j] = factor[i] * matrix[i, j] * factor[j];
        }

        return result;
    }
}
