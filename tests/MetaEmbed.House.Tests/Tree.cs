using System.Diagnostics;

namespace MetaEmbed.House.Tests;

/// <summary>The checkout that the tests look at.</summary>
internal static class Tree
{
    /// <summary>The folder with the solution in it.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Everything that belongs to the project, with / in the paths, relative to <see cref="Root"/>.</summary>
    public static IReadOnlyList<string> Files { get; } = List();

    /// <summary>The C# sources that people write.</summary>
    public static IEnumerable<string> Sources => Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && !file.EndsWith(".g.cs", StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MetaEmbed.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException("no MetaEmbed.slnx above the tests");
    }

    // What git knows or would add; without git, every file outside of the folders that builds and runs make.
    private static List<string> List()
    {
        try
        {
            var start = new ProcessStartInfo("git", ["ls-files", "-co", "--exclude-standard"]) { WorkingDirectory = Root, RedirectStandardOutput = true };
            using var git = Process.Start(start)!;
            var lines = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            git.WaitForExit();
            if (git.ExitCode == 0)
                return [.. lines.Where(file => File.Exists(Path.Combine(Root, file)))];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // no git: an unpacked archive
        }

        string[] made = ["bin", "obj", ".git", "runs", "demo-run", "artifacts"];
        return [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(made.Contains))];
    }
}
