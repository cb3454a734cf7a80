using System.CommandLine;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Commands;

/// <summary>Options of commands that take a model file in place of a run.</summary>
internal static class ModelOptions
{
    public static Option<string?> Model() => new("--model")
    {
        Description = "A model file that 'metaembed export' wrote, in place of a run.",
        HelpName = "FILE",
    };

    /// <summary>Exactly one of --run and --model.</summary>
    public static void RequireOne(string? run, string? model)
    {
        if ((run is null) == (model is null))
            throw new UserMistakeException(run is null ? "neither --run nor --model is given" : "--run and --model are both given", "give one of them");
    }
}
