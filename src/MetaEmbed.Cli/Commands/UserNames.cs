using System.Globalization;
using MetaEmbed.Data;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Commands;

/// <summary>Users as a command line names them.</summary>
internal static class UserNames
{
    /// <summary>The id of a user: by name where there is such a name, else by number.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="names">The dataset's names.</param>
    /// <param name="count">Number of users; numbers from there on are left to whoever looks.</param>
    /// <exception cref="UserMistakeException">There is no such user.</exception>
    public static int Find(string text, EntityNames names, int count = int.MaxValue)
    {
        var found = names.FindUser(text);
        if (found >= 0)
            return found;

        // Where names are numbers, a number that is no name would answer for somebody else.
        if (!names.UsersAreNumbers && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number < count ? number : throw new UserMistakeException($"there is no user {number}", $"give a whole number from 0 to {count - 1}");
        if (names.UsersAreNumbers)
            throw new UserMistakeException($"there is no user '{text}'", $"give a name as it stands in {EntityNames.UserFile}");
        throw names.HasUsers
            ? new UserMistakeException($"there is no user '{text}'", $"give a whole number from 0, or a name as it stands in {EntityNames.UserFile}")
            : new UserMistakeException($"--user is '{text}'", "give a whole number from 0");
    }
}
