using MetaEmbed.Inference;

namespace MetaEmbed.Interchange;

/// <summary>A folder that gets files.</summary>
internal static class OutputFolder
{
    /// <summary>Makes the folder where it is missing.</summary>
    /// <exception cref="UserMistakeException">It cannot be made.</exception>
    public static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserMistakeException(folder, null, $"cannot be made ({error.Message})", "name a folder that can be written", error);
        }
    }
}
