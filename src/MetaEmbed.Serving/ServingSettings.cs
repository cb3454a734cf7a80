using System.Globalization;
using MetaEmbed.Inference;

namespace MetaEmbed.Serving;

/// <summary>A setting of <see cref="ServingOptions"/> by the name that the command line, the environment and the docs use.</summary>
/// <param name="Name">The name in kebab case.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="Allowed">What may be given.</param>
/// <param name="Read">The value that options have, as text.</param>
/// <param name="Write">Puts a text into options; false where it is no such value.</param>
public sealed record ServingSetting(string Name, string Description, string Allowed, Func<ServingOptions, string> Read, Func<ServingOptions, string, bool> Write)
{
    /// <summary>The environment variable of the same meaning: <c>METAEMBED_MAX_K</c>.</summary>
    public string Variable => "METAEMBED_" + Name.Replace('-', '_').ToUpperInvariant();
}

/// <summary>All settings of a service but its models, written out rather than found by reflection, so that they survive trimming.</summary>
public static class ServingSettings
{
    /// <summary>All settings, in the order of the docs.</summary>
    public static IReadOnlyList<ServingSetting> All { get; } =
    [
        Text("host", "Address to listen on; 0.0.0.0 for all.", "an address", options => options.Host, (options, value) => options.Host = value),
        Whole("port", "Port to listen on; 0 for any that is free.", 0, 65535, options => options.Port, (options, value) => options.Port = value),
        Text("certificate", "Certificate for TLS, a PEM file; empty for plain HTTP.", "a file", options => options.Certificate, (options, value) => options.Certificate = value),
        Text("certificate-key", "Key of the certificate, a PEM file; empty where it stands in the certificate's.", "a file", options => options.CertificateKey, (options, value) => options.CertificateKey = value),
        Text("catalog", "Table of items for filters and titles; empty for catalog.csv beside the model, if it is there.", "a CSV file with a header", options => options.Catalog, (options, value) => options.Catalog = value),
        Text("catalog-item", "Column of the catalog that holds the item's id; empty to find it.", "a column", options => options.CatalogItem, (options, value) => options.CatalogItem = value),
        Text("events", "Folder of the event log; empty to take no events.", "a folder", options => options.Events, (options, value) => options.Events = value),
        Wide("event-segment", "Bytes at which a file of the event log is closed and the next begun.", 4096, 1L << 40, options => options.EventSegment, (options, value) => options.EventSegment = value),
        Whole("event-history", "Latest items that are kept in memory of a user's events.", 1, 10_000, options => options.EventHistory, (options, value) => options.EventHistory = value),
        Whole("event-users", "Users whose events are kept in memory; those longest without one are forgotten first.", 1, 100_000_000, options => options.EventUsers, (options, value) => options.EventUsers = value),
        Text("keys", "File of hashed API keys; empty to ask for none.", "a file", options => options.Keys, (options, value) => options.Keys = value),
        Whole("max-k", "Longest list.", 1, 100_000, options => options.MaxK, (options, value) => options.MaxK = value),
        Whole("max-history", "Most items of a history in a request.", 1, 1_000_000, options => options.MaxHistory, (options, value) => options.MaxHistory = value),
        Whole("max-items", "Most items to exclude or to allow in a request.", 1, 10_000_000, options => options.MaxItems, (options, value) => options.MaxItems = value),
        Whole("max-batch", "Most lists, or most events, of one request.", 1, 100_000, options => options.MaxBatch, (options, value) => options.MaxBatch = value),
        Whole("max-body", "Largest body in bytes.", 1024, 1 << 30, options => options.MaxBody, (options, value) => options.MaxBody = value),
        Whole("rate", "Requests a second of one key, or of one address where there are no keys; 0 for any number.", 0, 1_000_000, options => options.Rate, (options, value) => options.Rate = value),
        Whole("burst", "Requests that may come at once before the rate holds; 0 for twice the rate.", 0, 1_000_000, options => options.Burst, (options, value) => options.Burst = value),
        Whole("concurrency", "Rankings at a time; 0 for one per processor.", 0, 1024, options => options.Concurrency, (options, value) => options.Concurrency = value),
        Whole("queue", "Requests that may wait for their ranking; more are turned away.", 0, 100_000, options => options.Queue, (options, value) => options.Queue = value),
        Real("timeout", "Seconds for a body to arrive, and for a ranking to get its turn.", 0.1, 3600, options => options.Timeout, (options, value) => options.Timeout = value),
        Whole("max-connections", "Connections at a time.", 1, 1_000_000, options => options.MaxConnections, (options, value) => options.MaxConnections = value),
        Real("watch", "Seconds between looks for a newer model file; 0 for never.", 0, 86400, options => options.Watch, (options, value) => options.Watch = value),
        Word("load", "Whether a model file is copied to memory, or mapped; a mapped one must never be written into.", options => options.Load, (options, value) => options.Load = value),
        Switch("mcp", "Whether assistants may ask at /mcp, by the Model Context Protocol.", options => options.Mcp, (options, value) => options.Mcp = value),
        Word("log", "Log lines as text, as JSON objects, or none.", options => options.Log, (options, value) => options.Log = value),
        Switch("log-requests", "Whether every request is logged: route, status and time, never an id.", options => options.LogRequests, (options, value) => options.LogRequests = value),
        Text("otlp", "Collector that traces and metrics are sent to by OTLP; empty for that of OTEL_EXPORTER_OTLP_ENDPOINT, or none.", "an address", options => options.Otlp, (options, value) => options.Otlp = value),
        Real("drain", "Seconds to go on answering after the signal to stop, while /readyz says no.", 0, 3600, options => options.Drain, (options, value) => options.Drain = value),
    ];

    /// <summary>The setting of a name; null where there is none.</summary>
    /// <param name="name">In kebab case.</param>
    public static ServingSetting? Find(string name) => All.FirstOrDefault(setting => setting.Name == name);

    /// <summary>Sets one.</summary>
    /// <param name="options">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value as text.</param>
    /// <param name="source">What the user called it: the option or the variable.</param>
    /// <exception cref="UserMistakeException">There is no such setting, or the value is none of it.</exception>
    public static void Set(ServingOptions options, string name, string value, string source)
    {
        var setting = Find(name) ?? throw new UserMistakeException($"there is no setting '{name}'", $"the settings are {string.Join(", ", All.Select(known => known.Name))}");
        if (!setting.Write(options, value))
            throw new UserMistakeException($"{source} is '{value}'", $"give {setting.Allowed}");
    }

    /// <summary>Takes the settings that stand in the environment, <c>METAEMBED_PORT</c> and so on; <c>METAEMBED_MODEL</c> holds models separated by semicolons.</summary>
    /// <param name="options">Where to.</param>
    /// <exception cref="UserMistakeException">A value is out of bounds.</exception>
    public static void ApplyEnvironment(ServingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var setting in All)
        {
            if (Environment.GetEnvironmentVariable(setting.Variable) is { Length: > 0 } value)
                Set(options, setting.Name, value, setting.Variable);
        }

        if (Environment.GetEnvironmentVariable("METAEMBED_MODEL") is { Length: > 0 } models)
            options.Models = [.. models.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Model)];
    }

    /// <summary>A model as it is named on a command line: <c>FILE</c> or <c>NAME=FILE</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="UserMistakeException">The name is none.</exception>
    public static ModelSource Model(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals > 0 ? text[..equals] : "";
        if (name.Length == 0 || name.AsSpan().IndexOfAny('/', '\\', '.') >= 0)
            return new ModelSource(ServingOptions.DefaultModel, text); // a path with = in it
        if (name.Length > 64 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            throw new UserMistakeException($"the model name '{name}' is none", "give letters, digits, - and _, at most 64");
        return new ModelSource(name, text[(equals + 1)..]);
    }

    /// <summary>Checks every value against its bounds.</summary>
    /// <exception cref="UserMistakeException">One is out of them.</exception>
    internal static void Check(ServingOptions options)
    {
        foreach (var setting in All)
            Set(options, setting.Name, setting.Read(options), setting.Name);
    }

    private static ServingSetting Switch(string name, string description, Func<ServingOptions, bool> read, Action<ServingOptions, bool> write) =>
        new(name, description, "true or false", options => read(options) ? "true" : "false", (options, text) =>
        {
            if (!bool.TryParse(text, out var value))
                return false;
            write(options, value);
            return true;
        });

    private static ServingSetting Text(string name, string description, string allowed, Func<ServingOptions, string> read, Action<ServingOptions, string> write) =>
        new(name, description, allowed, read, (options, value) =>
        {
            write(options, value);
            return true;
        });

    private static ServingSetting Whole(string name, string description, int least, int most, Func<ServingOptions, int> read, Action<ServingOptions, int> write) =>
        Wide(name, description, least, most, options => read(options), (options, value) => write(options, (int)value));

    private static ServingSetting Wide(string name, string description, long least, long most, Func<ServingOptions, long> read, Action<ServingOptions, long> write) =>
        new(name, description, $"a whole number from {least} to {most}", options => read(options).ToString(CultureInfo.InvariantCulture), (options, text) =>
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < least || value > most)
                return false;
            write(options, value);
            return true;
        });

    private static ServingSetting Real(string name, string description, double least, double most, Func<ServingOptions, double> read, Action<ServingOptions, double> write) =>
        new(name, description, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"), options => read(options).ToString(CultureInfo.InvariantCulture), (options, text) =>
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !(value >= least && value <= most))
                return false;
            write(options, value);
            return true;
        });

    private static ServingSetting Word<T>(string name, string description, Func<ServingOptions, T> read, Action<ServingOptions, T> write)
        where T : struct, Enum =>
        new(name, description, string.Join(" or ", Enum.GetNames<T>().Select(word => word.ToLowerInvariant())), options => read(options).ToString().ToLowerInvariant(), (options, text) =>
        {
            if (!Enum.TryParse<T>(text, ignoreCase: true, out var value) || !Enum.IsDefined(value) || char.IsAsciiDigit(text[0]))
                return false;
            write(options, value);
            return true;
        });
}
