namespace MetaEmbed.Tests.Export;

/// <summary>Keeps the lines of an export.</summary>
internal sealed class Steps(List<string> lines) : IProgress<string>
{
    public void Report(string value) => lines.Add(value);
}
