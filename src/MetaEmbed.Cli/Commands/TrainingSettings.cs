using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Training;

namespace MetaEmbed.Cli.Commands;

/// <summary>The settings of a training as a command was given them.</summary>
/// <param name="Preset">The preset they start from.</param>
/// <param name="IsDefault">Whether nobody named it.</param>
/// <param name="Coarse">Settings of the coarse stage.</param>
/// <param name="Fine">Settings of the fine stage.</param>
/// <param name="Threads">Threads, 0 for one per processor.</param>
internal sealed record ChosenSettings(Preset Preset, bool IsDefault, CoarseTrainingOptions Coarse, FineTrainingOptions Fine, int Threads);

/// <summary>The options of all settings of a training: preset, config file, threads, and one for each setting of a stage.</summary>
/// <param name="preset">The preset where none is named; null for the one of the project.</param>
internal sealed class TrainingSettings(string? preset)
{
    private readonly Option<string?> _preset = new("--preset")
    {
        Description = $"Settings to start from; 'metaembed presets' lists them. If not given: {preset ?? Presets.Fast.Name}.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "Config file (TOML); stronger than the preset, weaker than options. Sample: docs/sample-config.toml.",
        HelpName = "FILE",
    };

    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly SettingOptions<CoarseTrainingOptions> _coarse = new(
        name => name, Presets.Published.Coarse, name => FineNames.Shared.Contains(name) ? "; for both stages" : "");

    private readonly SettingOptions<FineTrainingOptions> _fine = new(
        FineNames.Of, Presets.Published.Fine, name => FineNames.Shared.Contains(name) ? $", or as --{name}" : "");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _preset, _config, _threads })
            command.Add(option);
        _coarse.AddTo(command);
        _fine.AddTo(command);
    }

    /// <summary>Puts preset, config file and command line together.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="data">The dataset, which may have a preset of its own.</param>
    public ChosenSettings Read(ParseResult parsed, string data)
    {
        var plain = _coarse.Given(parsed);
        var file = parsed.GetValue(_config) is { } path ? ConfigFile.Read(path) : ConfigFile.Empty;
        var named = parsed.GetValue(_preset) ?? file["preset"]?.Value;
        var start = Presets.Find(named ?? preset, data);
        var shared = plain.Where(given => FineNames.Shared.Contains(given.Name));
        return new ChosenSettings(
            start,
            named is null,
            Settings<CoarseTrainingOptions>.Apply(start.Coarse, [.. file.Coarse, .. plain]),
            Settings<FineTrainingOptions>.Apply(start.Fine, [.. file.Fine, .. shared, .. _fine.Given(parsed)]),
            parsed.GetResult(_threads) is { Implicit: false } ? parsed.GetValue(_threads) : file.Threads ?? 0);
    }

    /// <summary>Whether a setting of the coarse stage stands on the command line.</summary>
    public bool Gives(ParseResult parsed, string name) => _coarse.Given(parsed).Any(given => given.Name == name);

    /// <summary>Refuses settings on the command line that something else decides.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="coarse">Names of settings of the coarse stage.</param>
    /// <param name="fine">Names of settings of the fine stage.</param>
    /// <param name="reason">What decides them.</param>
    public void Refuse(ParseResult parsed, IReadOnlyList<string> coarse, IReadOnlyList<string> fine, string reason)
    {
        var refused = _coarse.Given(parsed).Where(given => coarse.Contains(given.Name)).Concat(_fine.Given(parsed).Where(given => fine.Contains(given.Name)));
        if (refused.FirstOrDefault() is { } first)
            throw new UserMistakeException($"{first.Origin} is {reason}", "leave it out");
    }

    /// <summary>Refuses settings of the coarse stage on the command line, which a run decides.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="from">The run.</param>
    /// <param name="free">A setting that may be given all the same.</param>
    public void RefuseCoarse(ParseResult parsed, string from, string? free = null)
    {
        if (_coarse.Given(parsed).FirstOrDefault(given => !FineNames.Shared.Contains(given.Name) && given.Name != free) is not { } given)
            return;
        var own = FineNames.Of(given.Name);
        throw new UserMistakeException(
            $"{given.Origin} is a setting of the coarse stage, which --from takes from {from}",
            Settings<FineTrainingOptions>.Find(given.Name) is null ? "leave it out" : $"leave it out, or give --{own}");
    }
}
