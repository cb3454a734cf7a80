using System.Text;

namespace MetaEmbed.Inference;

/// <summary>
/// A mistake in what the user gave: a file, an option, a setting. The only exception that the command turns into
/// one line on standard error and exit code 2; every other exception is a bug.
/// </summary>
public sealed class UserMistakeException : Exception
{
    /// <summary>Makes a mistake that is not tied to a file.</summary>
    /// <param name="found">What was found, as a clause: <c>cut-off 0 is not positive</c>.</param>
    /// <param name="mend">How to mend it, as a clause: <c>give whole numbers from 1</c>.</param>
    public UserMistakeException(string found, string mend)
        : this(null, null, found, mend)
    {
    }

    /// <summary>Makes a mistake with its place.</summary>
    /// <param name="file">The file, as the user named it; null where there is none.</param>
    /// <param name="line">The line in the file, from 1; null where there is none.</param>
    /// <param name="found">What was found.</param>
    /// <param name="mend">How to mend it.</param>
    /// <param name="inner">The exception underneath, if any.</param>
    public UserMistakeException(string? file, long? line, string found, string mend, Exception? inner = null)
        : base(Compose(file, line, found, mend), inner)
    {
        File = file;
        Line = line;
        Found = found;
        Mend = mend;
    }

    /// <summary>The file, as the user named it; null where there is none.</summary>
    public string? File { get; }

    /// <summary>The line in the file, from 1; null where there is none.</summary>
    public long? Line { get; }

    /// <summary>What was found.</summary>
    public string Found { get; }

    /// <summary>How to mend it.</summary>
    public string Mend { get; }

    private static string Compose(string? file, long? line, string found, string mend)
    {
        var text = new StringBuilder();
        if (file is not null)
        {
            text.Append(file);
            if (line is not null)
                text.Append(':').Append(line.Value);
            text.Append(": ");
        }

        text.Append(found).Append("; ").Append(mend).Append('.');
        return text.Replace('\n', ' ').Replace('\r', ' ').ToString();
    }
}
