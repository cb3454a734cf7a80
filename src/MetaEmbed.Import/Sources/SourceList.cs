using MetaEmbed.Inference;

namespace MetaEmbed.Import.Sources;

/// <summary>Turns what was named on a command line into files: names, patterns with * and ?, or standard input.</summary>
internal static class SourceList
{
    /// <summary>The files, in the order given; those of a pattern by name.</summary>
    /// <param name="names">Names and patterns.</param>
    /// <param name="standardInput">Opens standard input.</param>
    /// <exception cref="UserMistakeException">A pattern matches nothing, or a file is named twice.</exception>
    public static IReadOnlyList<SourceFile> Expand(IReadOnlyList<string> names, Func<Stream> standardInput)
    {
        var files = new List<SourceFile>();
        var seen = new HashSet<string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (var path in names.SelectMany(Matches))
        {
            var file = new SourceFile(path, standardInput);
            if (!seen.Add(file.IsStandardInput ? path : Resolve(path)))
                throw new UserMistakeException(file.Name, null, "is named twice", "name each file once: its events would count once anyway");
            files.Add(file);
        }

        return files;
    }

    private static IEnumerable<string> Matches(string name)
    {
        if (name.Length == 0)
            throw new UserMistakeException("a file name is empty", "give the name of a file, a pattern, or - for standard input");
        if (name.Contains('\0', StringComparison.Ordinal))
            throw new UserMistakeException($"the file name '{name.Replace('\0', '?')}' holds a zero", "give the name of a file");
        if (name.AsSpan().IndexOfAny('*', '?') < 0 || File.Exists(name))
            return [name];
        var folder = Path.GetDirectoryName(name);
        var searched = string.IsNullOrEmpty(folder) ? "." : folder;
        var pattern = Path.GetFileName(name);
        if (searched.AsSpan().IndexOfAny('*', '?') >= 0)
            throw new UserMistakeException(name, null, "has * or ? in a folder's name", "use them in the last part only, or let the shell expand the pattern");
        string[] found = Directory.Exists(searched) ? Directory.GetFiles(searched, pattern) : [];
        if (found.Length == 0)
            throw new UserMistakeException(name, null, "matches no file", "check the pattern");
        Array.Sort(found, StringComparer.Ordinal);
        return string.IsNullOrEmpty(folder) ? found.Select(file => Path.GetFileName(file)) : found;
    }

    private static string Resolve(string path)
    {
        var full = Path.GetFullPath(path);
        return File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
    }
}
