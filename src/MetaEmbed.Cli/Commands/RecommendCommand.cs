using System.CommandLine;
using MetaEmbed.Answers;
using MetaEmbed.Cli.Views;
using MetaEmbed.Explanations;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed recommend</c>: the best items for a user, a history, or many users.</summary>
internal sealed class RecommendCommand
{
    private readonly AskingOptions _asking = new();
    private readonly BatchOptions _batch = new();
    private readonly Option<string?> _user = new("--user") { Description = "The user: the name where the dataset has names, or the number.", HelpName = "ID" };
    private readonly Option<string[]> _history = new("--history")
    {
        Description = "In place of a user: items that somebody has met, by name, title or number, separated by commas or semicolons; may be given several times.",
        HelpName = "ID,ID,...",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _k = CommonOptions.WholeNumber("-k", "How many items.", 10, 1);
    private readonly Option<bool> _includeTrain = new("--include-train") { Description = "Also items that the user has met already." };
    private readonly Option<string?> _fallback = new("--fallback") { Description = "popular: for a user that is unknown, the most popular items.", HelpName = "HOW" };
    private readonly Option<bool> _explain = new("--explain") { Description = "With --user or --history: which items of the history carried each recommendation, and which meta-embeddings it shares with them." };
    private readonly Option<bool> _json = CommonOptions.Json();

    public static Command Build(CancellationToken interruption)
    {
        var self = new RecommendCommand();
        var command = new Command("recommend", "Prints the items that a user is most likely to want next, or writes the lists of many users to files.");
        self._asking.AddTo(command);
        command.Add(self._user);
        command.Add(self._history);
        self._batch.AddTo(command);
        foreach (var option in new Option[] { self._k, self._includeTrain, self._fallback, self._explain, self._json })
            command.Add(option);
        command.WithExamples(
            "metaembed recommend --run runs/gowalla --user 7",
            "metaembed recommend --run demo-run/run --user gimp -k 20 --include-train --json",
            "metaembed recommend --run runs/films --history \"Alien; Blade Runner\" --filter genre=Thriller --filter year>=1990",
            "metaembed recommend --run demo-run/run --user blender -k 3 --explain",
            "metaembed recommend --model gowalla.metaembed --history 12,855,17031",
            "metaembed recommend --run runs/shop --users customers.txt --fallback popular --out lists.csv",
            "metaembed recommend --run runs/shop --all-users --out lists --format parquet --resume");
        command.SetAction(parsed => self.Execute(parsed, interruption));
        return command;
    }

    private int Execute(ParseResult parsed, CancellationToken interruption)
    {
        interruption.ThrowIfCancellationRequested();
        _asking.Check(parsed);
        RequireOneQuestion(parsed);
        _batch.Check(parsed);
        if (parsed.GetValue(_explain) && (parsed.GetValue(_batch.Users) is not null || parsed.GetValue(_batch.AllUsers)))
            throw new UserMistakeException("--explain is for one list", "give --user or --history");
        if (parsed.GetValue(_fallback) is { } how && how != "popular")
            throw new UserMistakeException($"--fallback is '{how}'", "give popular");
        var screen = Screen.Open(parsed.GetValue(_json));
        var history = parsed.GetValue(_history) is { Length: > 0 } given ? given : null;
        using var source = _asking.Open(parsed, history is not null, interruption);
        var options = new AnswerOptions(parsed.GetValue(_k), parsed.GetValue(_includeTrain), _asking.Allowed(parsed, source));
        if (parsed.GetValue(_user) is { } user)
            ForUser(parsed, screen, source, user, options);
        else if (history is not null)
            ForHistory(parsed, screen, source, [.. history.SelectMany(source.Items.FindAll)], options);
        else
            ForMany(parsed, screen, source, options, interruption);
        return ExitCodes.Done;
    }

    private void ForUser(ParseResult parsed, Screen screen, AnswerSource source, string user, AnswerOptions options)
    {
        var id = source.Users.TryFind(user);
        if (id >= 0)
        {
            var list = One(source, source.ForUser(id, options), options);
            var why = parsed.GetValue(_explain)
                ? ListExplanations.OfUser(source, _asking.Run(parsed), AskingOptions.Fields(source), id, [.. list.Select(entry => entry.Item)], _asking.Threads(parsed))
                : null;
            AnswerView.Show(screen, source, new Subject("user", id, source.Users), list, why);
        }
        else if (parsed.GetValue(_fallback) is not null)
            AnswerView.ShowPopular(screen, source, user, source.Popular(options));
        else
            throw source.Users.Unknown(user);
    }

    private void ForHistory(ParseResult parsed, Screen screen, AnswerSource source, int[] history, AnswerOptions options)
    {
        var list = One(source, AnswerSource.ForHistory(history, options), options);
        var why = parsed.GetValue(_explain) ? ListExplanations.OfHistory(source, history, [.. list.Select(entry => entry.Item)]) : null;
        AnswerView.Show(screen, source, AnswerView.History, list, why);
    }

    private void ForMany(ParseResult parsed, Screen screen, AnswerSource source, AnswerOptions options, CancellationToken interruption)
    {
        var fallback = parsed.GetValue(_fallback) is not null;
        var users = _batch.Asked(parsed, source, fallback);
        var threads = _asking.Threads(parsed);
        if (_batch.ToFiles(parsed))
            BatchView.Show(screen, BatchAnswers.Execute(source, _batch.Request(parsed, users, options, fallback, threads), new BatchView(screen), interruption));
        else
            AnswerView.ShowMany(screen, source, AnswerStream.Of(source, users, options, 0, users.Count, threads, interruption).SelectMany(piece => piece));
    }

    private static Recommendation[] One(AnswerSource source, RecommendationRequest request, AnswerOptions options) =>
        source.Model.RecommendMany([request], options.Length, threads: 1)[0];

    private void RequireOneQuestion(ParseResult parsed)
    {
        var given = new List<string>();
        if (parsed.GetValue(_user) is not null)
            given.Add("--user");
        if (parsed.GetValue(_history) is { Length: > 0 })
            given.Add("--history");
        if (parsed.GetValue(_batch.Users) is not null)
            given.Add("--users");
        if (parsed.GetValue(_batch.AllUsers))
            given.Add("--all-users");
        if (given.Count == 0)
            throw new UserMistakeException("no user is given", "give --user, --history, --users or --all-users");
        if (given.Count > 1)
            throw new UserMistakeException($"{given[0]} and {given[1]} are both given", "give one of them");
    }
}
