namespace MetaEmbed.Tests;

/// <summary>
/// Finds the material that lies beside the project and is not part of it: datasets that may not be republished,
/// golden traces, published curves. Tests that need it call <see cref="Require"/>, which skips where it is missing.
/// </summary>
internal static class Shared
{
    /// <summary>The folder, or null.</summary>
    public static string? Root { get; } = Find();

    /// <summary>The full path of a file or folder in it; skips the test, saying so, where there is none.</summary>
    public static string Require(string relativePath)
    {
        var path = Root is null ? null : Path.Combine(Root, relativePath);
        if (path is null || (!File.Exists(path) && !Directory.Exists(path)))
        {
            if (Environment.GetEnvironmentVariable("CI") == "true")
                Assert.Fail($"shared/{relativePath} must be there in CI");
            Assert.Skip($"shared/{relativePath} is not on this machine (looked for a folder 'shared' beside the project)");
        }

        return path!;
    }

    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable("METAEMBED_SHARED");
        if (!string.IsNullOrEmpty(named))
            return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(Path.Combine(candidate, "reference")))
                return candidate;
        }

        return null;
    }
}
