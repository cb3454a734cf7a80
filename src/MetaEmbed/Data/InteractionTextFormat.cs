using MetaEmbed.Storage;

namespace MetaEmbed.Data;

/// <summary>
/// The text format of recommender research: a line is <c>user item item ...</c>, ids are whole numbers from 0. A line
/// with only a user counts for the number of users; a user on several lines has the items of all of them, so a file
/// of <c>user item</c> pairs is read too. Accepted: LF, CR LF or CR line ends, blank lines, spaces and tabs in any
/// number, leading zeros, a byte order mark of UTF-8, a last line without its end.
/// </summary>
public static class InteractionTextFormat
{
    /// <summary>Reads one file; the number of users and of items is 1 + the largest id in it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="refuseRepeats">Whether an item twice for one user is a mistake (as in training data); else it counts once (as in test data).</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="Inference.UserMistakeException">It is missing, empty or malformed; the message names the line.</exception>
    public static Interactions Read(string file, bool refuseRepeats = true, DatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        var text = InteractionTextReader.Read(file, options ?? DatasetOptions.Default);
        return InteractionsBuilder.Build(text, text.MaxUser + 1, text.MaxItem + 1, refuseRepeats);
    }

    /// <summary>
    /// Writes one file: a line for each user, ascending, those without items included. Reading it gives the same rows,
    /// as long as the last item is met by someone in this file or its sibling.
    /// </summary>
    /// <param name="file">The file; it is replaced as a whole.</param>
    /// <param name="interactions">The rows.</param>
    /// <exception cref="Inference.UserMistakeException">It cannot be written.</exception>
    public static void Write(string file, Interactions interactions)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentNullException.ThrowIfNull(interactions);
        AtomicFile.Write(file, stream =>
        {
            using var writer = new InteractionTextWriter(stream);
            for (var user = 0; user < interactions.UserCount; user++)
                writer.Append(user, interactions.Of(user));
        });
    }
}
