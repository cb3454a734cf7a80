using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MetaEmbed.Shared.Tests;

/// <summary>Runs programs, and knows which are installed.</summary>
internal static class Programs
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly Lock Builds = new();

    /// <summary>The folder with the solution in it.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Skips the test where one of the programs is missing.</summary>
    public static void Require(params string[] programs)
    {
        foreach (var program in programs)
            Assert.SkipUnless(Find(program) is not null, $"{program} is not installed");
    }

    /// <summary>Skips where the linker of NativeAOT or its libraries are missing.</summary>
    public static void RequireNativeAot()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "compiled ahead of time on Linux x64 only");
        Require("clang");
        Assert.SkipUnless(File.Exists("/usr/include/zlib.h"), "zlib1g-dev is not installed");
    }

    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Exit code, output and errors of a program, run in the repository.</summary>
    public static (int Code, string Output, string Error) Try(string program, params string[] args)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not end");
        }

        return (process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Output and errors of a program that ends with 0.</summary>
    public static (string Output, string Error) Run(string program, params string[] args)
    {
        var (code, output, error) = Try(program, args);
        Assert.True(code == 0, $"{program} ended with {code}: {output}{error}");
        return (output, error);
    }

    /// <summary>Publishes a project; options come last.</summary>
    public static void Publish(string project, string folder, params string[] options) => Build("publish", project, folder, options);

    /// <summary>Builds a project into a folder.</summary>
    public static void Build(string project, string folder) => Build("build", project, folder, []);

    // One build at a time: two that share a project write the same files below its bin and obj, and one finds them in use.
    private static void Build(string verb, string project, string folder, string[] options)
    {
        lock (Builds)
            Run("dotnet", [verb, project, "-c", "Release", "-o", folder, "-v", "quiet", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", .. options]);
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MetaEmbed.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("no MetaEmbed.slnx above the tests");
        return folder.FullName;
    }
}
