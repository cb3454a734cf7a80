using System.CommandLine;
using System.Globalization;
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

    /// <summary>An item of a model file, by name or by number.</summary>
    public static int Item(Recommender recommender, string text)
    {
        var found = recommender.FindItem(text);
        if (found >= 0)
            return found;
        return Number(text, recommender.ItemCount, recommender.ItemName) ?? throw new UserMistakeException(
            $"there is no item '{text}'", $"give a whole number from 0 to {recommender.ItemCount - 1}{(recommender.HasItemNames ? ", or a name" : "")}");
    }

    /// <summary>A user of a model file, by name or by number.</summary>
    public static int User(Recommender recommender, string text)
    {
        var found = recommender.FindUser(text);
        if (found >= 0)
            return found;
        return Number(text, recommender.UserCount, recommender.UserName) ?? throw new UserMistakeException(
            $"the model file knows no user '{text}'",
            recommender.UserCount == 0 ? "give the items of a history with --history" : $"give a whole number from 0 to {recommender.UserCount - 1}{(recommender.HasUserNames ? ", or a name" : "")}");
    }

    /// <summary>Items separated by commas.</summary>
    public static int[] Items(Recommender recommender, string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(item => Item(recommender, item))];

    // Where names are numbers, a number that is no name would answer for something else.
    private static int? Number(string text, int count, Func<int, string> nameOf)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number >= count)
            return null;
        var name = nameOf(number);
        return name == text || name.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0 ? number : null;
    }
}
