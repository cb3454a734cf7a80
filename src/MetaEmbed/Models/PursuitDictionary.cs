using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>The rows that a <see cref="MatchingPursuit"/> chooses from, c x d, in the forms that it reads.</summary>
internal sealed class PursuitDictionary : IDisposable
{
    /// <param name="rows">H_C, c x d.</param>
    /// <exception cref="ArgumentException">A row holds what is no finite number.</exception>
    internal PursuitDictionary(Matrix rows)
    {
        var (count, dimension) = (rows.Rows, rows.Columns);
        Stride = (count + 31) / 32 * 32;
        Transposed = new Matrix(dimension, Stride);
        Gram = new Matrix(count, Stride);
        InverseNorms = new Matrix(1, Stride);
        Floor = new Matrix(1, Stride);
        Floor.AsSpan().Fill(float.NegativeInfinity);
        for (var k = 0; k < count; k++)
        {
            for (var column = 0; column < dimension; column++)
                Transposed[column, k] = rows[k, column];
        }

        for (var first = 0; first < count; first += DenseTile.Rows)
        {
            using var tile = new Matrix(DenseTile.Rows, Stride);
            var tileRows = Math.Min(DenseTile.Rows, count - first);
            DenseTile.Multiply(rows, first, tileRows, Transposed, tile);
            for (var i = 0; i < tileRows; i++)
                tile.Row(i).CopyTo(Gram.Row(first + i));
        }

        for (var k = 0; k < count; k++)
        {
            var square = Gram[k, k];
            if (!float.IsFinite(square))
                throw new ArgumentException($"row {k} of the meta-embeddings is not finite", nameof(rows));
            if (!(square > 0))
                continue;
            InverseNorms[0, k] = 1 / MathF.Sqrt(square);
            Floor[0, k] = 0;
        }
    }

    /// <summary>c rounded up to a multiple of 32.</summary>
    internal int Stride { get; }

    /// <summary>H_C^T, d x stride.</summary>
    internal Matrix Transposed { get; }

    /// <summary>H_C H_C^T, c x stride.</summary>
    internal Matrix Gram { get; }

    /// <summary>1 / norm of each row; 0 for a zero row and the padding.</summary>
    internal Matrix InverseNorms { get; }

    /// <summary>0, or minus infinity where nothing can be chosen: zero rows and the padding.</summary>
    internal Matrix Floor { get; }

    public void Dispose()
    {
        Transposed.Dispose();
        Gram.Dispose();
        InverseNorms.Dispose();
        Floor.Dispose();
    }
}
