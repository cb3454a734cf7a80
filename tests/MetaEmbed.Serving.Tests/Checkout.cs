namespace MetaEmbed.Serving.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Checkout
{
    /// <summary>The folder with the solution in it.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MetaEmbed.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException("no MetaEmbed.slnx above the tests");
    }
}
