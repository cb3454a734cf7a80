using System.CommandLine;

namespace MetaEmbed.Cli.Commands;

/// <summary>The commands and what they are called.</summary>
internal static class CommandTree
{
    public static RootCommand Build(CancellationToken interruption)
    {
        var root = new RootCommand("Trains compressed recommenders (C2F-MetaEmbed), evaluates them, and recommends.")
        {
            HelpName = "metaembed",
        };
        root.Add(DemoCommand.Build(interruption));
        root.Add(ImportCommand.Build(interruption));
        root.Add(TrainCommand.Build(interruption));
        root.Add(BaselineCommand.Build(interruption));
        root.Add(EvaluateCommand.Build(interruption));
        root.Add(RecommendCommand.Build(interruption));
        root.Add(SimilarCommand.Build(interruption));
        root.Add(InspectCommand.Build());
        root.Add(ExportCommand.Build(interruption));
        root.Add(ServeCommand.Build(interruption));
        root.Add(InfoCommand.Build());
        root.Add(ConvertCommand.Build());
        root.Add(PlotCommand.Build());
        root.Add(ReportCommand.Build(interruption));
        root.Add(CompareCommand.Build(interruption));
        root.Add(AblateCommand.Build(interruption));
        root.Add(DataCommand.Build());
        root.Add(PresetsCommand.Build());
        root.Add(DocsCommand.Build());
        root.WithExamples("metaembed demo", "metaembed import events.csv --out DIR", "metaembed train --data DIR --run runs/first", "metaembed recommend --run runs/first --user 7");

        // Without a command: the help, as a newcomer wants it.
        root.SetAction(parsed => root.Parse(["--help"]).Invoke(parsed.InvocationConfiguration));
        HelpWithExamples.Install(root);
        VersionLine.Install(root);
        return root;
    }
}
