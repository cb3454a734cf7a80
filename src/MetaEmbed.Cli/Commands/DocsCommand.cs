using System.CommandLine;
using MetaEmbed.Cli.Views;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed docs write</c>: writes the generated documents; hidden, for whoever changes the settings.</summary>
internal static class DocsCommand
{
    public static Command Build()
    {
        var folder = new Argument<string>("DIR") { Description = "The docs folder.", DefaultValueFactory = _ => "docs" };
        var write = new Command("write", "Writes the documents that are generated from the options records.");
        write.Add(folder);
        write.WithExamples("metaembed docs write docs");
        write.SetAction(parsed =>
        {
            var into = parsed.GetRequiredValue(folder);
            foreach (var (name, text) in Documents())
                File.WriteAllText(Path.Combine(into, name), text);
            return ExitCodes.Done;
        });
        var docs = new Command("docs", "Writes documents.") { Hidden = true };
        docs.Add(write);
        return docs;
    }

    /// <summary>The generated documents: file name and text.</summary>
    public static (string Name, string Text)[] Documents() =>
        [("settings.md", SettingsDocument.Reference()), ("sample-config.toml", SettingsDocument.SampleConfig())];
}
