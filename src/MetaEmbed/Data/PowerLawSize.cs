using MetaEmbed.Inference;

namespace MetaEmbed.Data;

/// <summary>Sizes power-law data by the number of their training interactions.</summary>
public static class PowerLawSize
{
    private const int MostUsersCounted = 1_000_000;

    /// <summary>
    /// The options with the <see cref="PowerLawOptions.MeanDegree"/> that gives a number of training interactions. Users'
    /// degrees are counted, not their items drawn: within a part in a thousand or so, and less where users want more
    /// items than their cluster has. Of more than a million users the first million are counted.
    /// </summary>
    /// <param name="options">Everything else.</param>
    /// <param name="interactions">Training interactions of all users.</param>
    /// <exception cref="UserMistakeException">That many users and items cannot have so few or so many.</exception>
    public static PowerLawOptions WithTrainInteractions(PowerLawOptions options, long interactions)
    {
        ArgumentNullException.ThrowIfNull(options);
        double low = 1, high = Math.Max(options.Items, 2);
        var (least, most) = (Count(options, low), Count(options, high));
        if (interactions < least || interactions > most)
        {
            throw new UserMistakeException(
                $"{options.Users} users and {options.Items} items cannot have {interactions} training interactions",
                $"give from {least} to {most}, or other numbers of users and items");
        }

        // The count grows with the mean degree: halve the interval until it cannot change by much.
        for (var round = 0; round < 40 && high - low > 1e-5 * low; round++)
        {
            var middle = (low + high) / 2;
            if (Count(options, middle) < interactions)
                low = middle;
            else
                high = middle;
        }

        return options with { MeanDegree = high };
    }

    private static long Count(PowerLawOptions options, double meanDegree)
    {
        var generator = new PowerLawGenerator(options with { MeanDegree = meanDegree });
        var counted = Math.Min(options.Users, MostUsersCounted);
        var sum = 0L;
        for (var user = 0; user < counted; user++)
            sum += generator.TrainWanted(user);
        return counted == options.Users ? sum : (long)((double)sum * options.Users / counted);
    }
}
