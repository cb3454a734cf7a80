using MetaEmbed.Inference.Codes;

namespace MetaEmbed.Inference.Ranking;

/// <summary>What is typical of a model's users: it decides an order, so that a wrong answer costs time and nothing else.</summary>
internal static class TypicalUser
{
    private const int Sample = 64;

    /// <summary>About the norm of a user's row; null where there are none, or none of use.</summary>
    /// <param name="users">Rows of users, or null.</param>
    public static float? Norm(RowCode? users)
    {
        if (users is null || users.Rows == 0)
            return null;
        var row = new float[users.Dimension];
        var sum = 0.0;
        var step = Math.Max(users.Rows / Sample, 1);
        var count = 0;
        for (var user = 0; user < users.Rows; user += step, count++)
        {
            try
            {
                users.Decode(user, row);
            }
            catch (UserMistakeException)
            {
                // Whoever asks for a damaged row is told of it.
                return null;
            }

            var square = 0.0;
            foreach (var value in row)
                square += (double)value * value;
            sum += Math.Sqrt(square);
        }

        return double.IsFinite(sum) ? (float)(sum / count) : null;
    }
}
