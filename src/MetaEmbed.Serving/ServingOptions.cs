namespace MetaEmbed.Serving;

/// <summary>A model file, or a folder whose newest model file counts, and the name that requests give it.</summary>
/// <param name="Name">The name, as in the request's <c>model</c>.</param>
/// <param name="Path">A file, or a folder of files that end in <c>.metaembed</c>.</param>
public sealed record ModelSource(string Name, string Path);

/// <summary>How a service is set up. <see cref="ServingSettings"/> gives each setting its name on the command line.</summary>
public sealed record ServingOptions
{
    /// <summary>The name of a model that was given none.</summary>
    public const string DefaultModel = "default";

    /// <summary>The models; the first answers requests that name none.</summary>
    public IReadOnlyList<ModelSource> Models { get; set; } = [];

    /// <summary>The address to listen on.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The port; 0 for any that is free.</summary>
    public int Port { get; set; } = 8080;

    /// <summary>PEM file of the certificate; empty: plain HTTP.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>PEM file of the certificate's key; empty: it stands in the certificate's file.</summary>
    public string CertificateKey { get; set; } = "";

    /// <summary>Table of items with a header; empty: <c>catalog.csv</c> beside the model, if it is there.</summary>
    public string Catalog { get; set; } = "";

    /// <summary>Column of the catalog that holds the item's id; empty: found by its name, else the first.</summary>
    public string CatalogItem { get; set; } = "";

    /// <summary>Folder of the event log; empty: events are refused.</summary>
    public string Events { get; set; } = "";

    /// <summary>Bytes at which a file of the event log is closed and the next begun.</summary>
    public long EventSegment { get; set; } = 64L << 20;

    /// <summary>Latest events kept in memory for a user.</summary>
    public int EventHistory { get; set; } = 200;

    /// <summary>Users whose events are kept in memory; beyond, the ones longest without an event are forgotten.</summary>
    public int EventUsers { get; set; } = 1_000_000;

    /// <summary>File of hashed API keys; empty: none are asked for.</summary>
    public string Keys { get; set; } = "";

    /// <summary>Longest list.</summary>
    public int MaxK { get; set; } = 1000;

    /// <summary>Longest history in a request.</summary>
    public int MaxHistory { get; set; } = 1000;

    /// <summary>Longest list of items to exclude or allow.</summary>
    public int MaxItems { get; set; } = 10_000;

    /// <summary>Most requests in a batch, and most events in a request.</summary>
    public int MaxBatch { get; set; } = 256;

    /// <summary>Largest body in bytes.</summary>
    public int MaxBody { get; set; } = 1 << 20;

    /// <summary>Requests a second of one key, or of one address without keys; 0: any number.</summary>
    public int Rate { get; set; }

    /// <summary>Requests that may come at once before <see cref="Rate"/> holds; 0: twice the rate.</summary>
    public int Burst { get; set; }

    /// <summary>Rankings at a time; 0: one per processor.</summary>
    public int Concurrency { get; set; }

    /// <summary>Requests that wait for a ranking; more are turned away with 503.</summary>
    public int Queue { get; set; } = 64;

    /// <summary>Seconds that a request may take to send its body and to be answered.</summary>
    public double Timeout { get; set; } = 10;

    /// <summary>Connections at a time.</summary>
    public int MaxConnections { get; set; } = 2000;

    /// <summary>Seconds between looks at the model files; 0: never.</summary>
    public double Watch { get; set; } = 2;

    /// <summary>Whether files are copied to memory, safe from whoever writes into them, or mapped.</summary>
    public ModelLoading Load { get; set; } = ModelLoading.Memory;

    /// <summary>Whether assistants may ask at <c>/mcp</c>, by the Model Context Protocol.</summary>
    public bool Mcp { get; set; }

    /// <summary>How the log is written.</summary>
    public LogFormat Log { get; set; } = LogFormat.Text;

    /// <summary>Whether each request is logged: route, status and time, never ids.</summary>
    public bool LogRequests { get; set; }

    /// <summary>Address that traces and metrics are sent to by OTLP; empty: that of OTEL_EXPORTER_OTLP_ENDPOINT, without it nowhere.</summary>
    public string Otlp { get; set; } = "";

    /// <summary>Seconds between the signal to stop and the end, in which <c>/readyz</c> says no.</summary>
    public double Drain { get; set; }

    /// <summary>Permits for rankings.</summary>
    internal int Permits => Concurrency > 0 ? Concurrency : Environment.ProcessorCount;
}

/// <summary>Where a model file is while it serves.</summary>
public enum ModelLoading
{
    /// <summary>A copy in memory.</summary>
    Memory,

    /// <summary>The file itself, mapped: replace it by a rename only.</summary>
    Map,
}

/// <summary>The form of log lines.</summary>
public enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>A JSON object a line.</summary>
    Json,

    /// <summary>Nothing is written.</summary>
    None,
}
