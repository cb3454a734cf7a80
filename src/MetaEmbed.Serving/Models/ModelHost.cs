using System.Diagnostics.CodeAnalysis;
using MetaEmbed.Inference;
using MetaEmbed.Serving.Problems;
using MetaEmbed.Serving.Watching;
using Microsoft.Extensions.Logging;

namespace MetaEmbed.Serving.Models;

/// <summary>
/// The models by name, and the exchange of one for a newer file while requests run: a file is loaded beside the old model, and
/// takes its place only once it has answered.
/// </summary>
internal sealed partial class ModelHost : IDisposable
{
    private readonly ServingOptions _options;
    private readonly ServingMetrics _metrics;
    private readonly ILogger _log;
    private readonly Slot[] _slots;
    private readonly Lock _loading = new();

    public ModelHost(ServingOptions options, ServingMetrics metrics, ILogger<ModelHost> log)
    {
        (_options, _metrics, _log) = (options, metrics, log);
        if (options.Models.Count == 0)
            throw new UserMistakeException("no model is given", "name a model file with --model");
        var twice = options.Models.GroupBy(model => model.Name).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
            throw new UserMistakeException($"the model name '{twice.Key}' is given twice", "give each model a name: --model a=FILE --model b=FILE");
        _slots = [.. options.Models.Select(source => new Slot(source))];
    }

    /// <summary>Whether every model has been loaded.</summary>
    public bool IsReady => _slots.All(slot => slot.Current is not null);

    public IEnumerable<string> Names => _slots.Select(slot => slot.Source.Name);

    /// <summary>Loads every model; what fails fails the start.</summary>
    /// <exception cref="UserMistakeException">A file cannot be used.</exception>
    public void Start()
    {
        foreach (var slot in _slots)
            Exchange(slot);
    }

    /// <summary>Takes a model; give it back with <see cref="ServedModel.Leave"/>.</summary>
    /// <param name="name">Its name; null for the first.</param>
    /// <exception cref="Problem">There is no such model, or it is not loaded yet.</exception>
    public ServedModel Take(string? name)
    {
        var slot = name is null ? _slots[0] : Find(name) ?? throw Problem.NoModel(Names);
        while (slot.Current is { } model)
        {
            if (model.TryEnter())
                return model;
        }

        throw Problem.Busy(1);
    }

    /// <summary>Loads files that have changed, and those that did not where all are wanted.</summary>
    /// <param name="all">Whether unchanged ones are loaded again.</param>
    /// <param name="name">The only model to look at; null for all.</param>
    /// <returns>What became of each.</returns>
    public IReadOnlyList<ReloadOutcome> Reload(bool all, string? name = null)
    {
        if (name is not null && Find(name) is null)
            throw Problem.NoModel(Names);
        var outcomes = new List<ReloadOutcome>();
        lock (_loading)
        {
            foreach (var slot in _slots.Where(slot => name is null || slot.Source.Name == name))
            {
                var state = ModelFileState.Of(slot.Source.Path);
                if (all || (state != slot.Current?.File && state != slot.Refused))
                    outcomes.Add(Reload(slot, state));
            }
        }

        return outcomes;
    }

    public void Dispose()
    {
        foreach (var slot in _slots)
            Interlocked.Exchange(ref slot.Current, null)?.Leave();
    }

    private ReloadOutcome Reload(Slot slot, ModelFileState state)
    {
        try
        {
            var before = slot.Current?.Version;
            Exchange(slot);
            slot.Refused = null;
            var model = slot.Current!;
            Loaded(_log, model.Name, model.Version, model.LoadSeconds);
            _metrics.Reloaded(model.Name, accepted: true);
            return new ReloadOutcome(model.Name, model.Version, model.Version != before, null);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Whatever a file did to its reader, the old model serves on.
            slot.Refused = state;
            Refused(_log, slot.Source.Name, failure.Message);
            _metrics.Reloaded(slot.Source.Name, accepted: false);
            return new ReloadOutcome(slot.Source.Name, slot.Current?.Version ?? "", false, failure.Message);
        }
    }

    private void Exchange(Slot slot)
    {
        var model = ModelLoader.Load(slot.Source, _options);
        Interlocked.Exchange(ref slot.Current, model)?.Leave();
        _metrics.Serves(model.Name, model.Version, model.LoadedAt, model.LoadSeconds);
    }

    private Slot? Find(string name) => Array.Find(_slots, slot => slot.Source.Name == name);

    [LoggerMessage(1, LogLevel.Information, "model {Model} serves version {Version}, loaded in {Seconds:F3} s")]
    private static partial void Loaded(ILogger log, string model, string version, double seconds);

    [LoggerMessage(2, LogLevel.Error, "model {Model}: a new file is refused, the old model stays: {Reason}")]
    private static partial void Refused(ILogger log, string model, string reason);

    private sealed class Slot(ModelSource source)
    {
        [SuppressMessage("Design", "CA1051", Justification = "exchanged atomically")]
        public volatile ServedModel? Current;

        public ModelSource Source { get; } = source;

        /// <summary>The file that was refused last: it is not tried again until it changes.</summary>
        public ModelFileState? Refused { get; set; }
    }
}

/// <summary>What became of a reload.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Version">The version that serves now.</param>
/// <param name="Changed">Whether it is another than before.</param>
/// <param name="Refusal">Why the file was refused; null where it was taken.</param>
internal sealed record ReloadOutcome(string Model, string Version, bool Changed, string? Refusal);
