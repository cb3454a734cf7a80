namespace MetaEmbed.Numerics;

/// <summary>Settings of <see cref="SparsePca"/>; the defaults are those of the published fine stage.</summary>
internal sealed record SparsePcaOptions
{
    /// <summary>Number of sparse components n, positive.</summary>
    public int Components { get; init; } = 80;

    /// <summary>Weight of the sum of absolute values, positive.</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>Stops when an iteration lowers the objective by less than this share of it.</summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>Stops after so many iterations, positive.</summary>
    public int MaximumIterations { get; init; } = 1000;

    /// <summary>Ridge term of the codes, positive.</summary>
    public double RidgeAlpha { get; init; } = 0.01;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Components);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaximumIterations);
        // The negated comparisons refuse NaN as well.
        if (!(Alpha > 0) || !(RidgeAlpha > 0) || !(Tolerance >= 0))
            throw new ArgumentException($"alpha {Alpha} and ridge {RidgeAlpha} must be positive, tolerance {Tolerance} not negative");
    }
}
