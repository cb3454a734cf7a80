using System.CommandLine;
using MetaEmbed.Answers;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Import.Writers;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Commands;

/// <summary>Options of <c>metaembed recommend</c> for many users.</summary>
internal sealed class BatchOptions
{
    private static readonly AnswerFormat[] Formats = [ParquetAnswers.Format, AnswerFormat.Csv, AnswerFormat.JsonLines];

    private readonly Option<string?> _users = new("--users") { Description = "A file that names users, one a line; - for standard input.", HelpName = "FILE" };
    private readonly Option<bool> _allUsers = new("--all-users") { Description = "All users, to --out." };
    private readonly Option<string?> _output = new("--out")
    {
        Description = "Where the lists go: a folder for parts, or one file that ends in .parquet, .csv or .jsonl.",
        HelpName = "PATH",
    };

    private readonly Option<string?> _format = new("--format") { Description = "parquet, csv or jsonl; if not given, by the ending of --out, or parquet.", HelpName = "FORMAT" };
    private readonly Option<int> _partUsers = CommonOptions.WholeNumber("--part-users", "Users of a part.", 100_000, 1);
    private readonly Option<bool> _resume = new("--resume") { Description = "Goes on with a folder that was cut off; parts that are whole stay." };

    public Option<string?> Users => _users;

    public Option<bool> AllUsers => _allUsers;

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _users, _allUsers, _output, _format, _partUsers, _resume })
            command.Add(option);
    }

    /// <summary>Whether the lists go to files.</summary>
    public bool ToFiles(ParseResult parsed) => parsed.GetValue(_output) is not null;

    /// <summary>Refuses what does not go together, before a model is opened.</summary>
    public void Check(ParseResult parsed)
    {
        var many = parsed.GetValue(_users) is not null || parsed.GetValue(_allUsers);
        if (!many && (ToFiles(parsed) || parsed.GetValue(_format) is not null || parsed.GetValue(_resume)))
            throw new UserMistakeException("--out, --format and --resume are for many users", "give --users FILE or --all-users");
        if (parsed.GetValue(_allUsers) && !ToFiles(parsed))
            throw new UserMistakeException("--all-users needs a place for the lists", "give --out a folder, or a file that ends in .parquet, .csv or .jsonl");
        if (parsed.GetValue(_resume) && Single(parsed) is not null)
            throw new UserMistakeException("--resume goes with a folder of parts; a single file is written as a whole or not at all", "give --out a folder, or leave --resume out");
        if (ToFiles(parsed))
            _ = Format(parsed);
    }

    /// <summary>The users that are asked for.</summary>
    public AskedUsers Asked(ParseResult parsed, AnswerSource source, bool keepUnknown)
    {
        if (parsed.GetValue(_users) is not { } file)
            return AskedUsers.All(source.Users);
        if (file == "-")
            return AskedUsers.Read(source.Users, Screen.Input(), "standard input", keepUnknown);
        try
        {
            using var stream = File.OpenRead(file);
            return AskedUsers.Read(source.Users, stream, file, keepUnknown);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserMistakeException(file, null, "cannot be read", "give --users an existing file", error);
        }
    }

    public BatchRequest Request(ParseResult parsed, AskedUsers users, AnswerOptions options, bool popularFallback, int threads) =>
        new(users, options, Format(parsed), parsed.GetValue(_output)!, Single(parsed) is not null)
        {
            UsersPerPart = parsed.GetValue(_partUsers),
            Resume = parsed.GetValue(_resume),
            PopularFallback = popularFallback,
            Threads = threads,
        };

    private AnswerFormat Format(ParseResult parsed)
    {
        if (parsed.GetValue(_format) is not { } name)
            return Single(parsed) ?? Formats[0];
        return Array.Find(Formats, format => format.Name == name)
            ?? throw new UserMistakeException($"there is no format '{name}'", Spelling.Advice(name, [.. Formats.Select(format => format.Name)]));
    }

    private AnswerFormat? Single(ParseResult parsed) =>
        parsed.GetValue(_output) is { } path ? Array.Find(Formats, format => path.EndsWith("." + format.Name, StringComparison.OrdinalIgnoreCase)) : null;
}
