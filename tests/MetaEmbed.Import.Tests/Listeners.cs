using Microsoft.Extensions.Logging;

namespace MetaEmbed.Import.Tests;

/// <summary>Keeps every report, and does something at each.</summary>
internal sealed class Reports<T>(Action<T>? each = null) : IProgress<T>
{
    public List<T> All { get; } = [];

    public void Report(T value)
    {
        All.Add(value);
        each?.Invoke(value);
    }
}

/// <summary>Keeps every line of a log.</summary>
internal sealed class ListLogger : ILogger
{
    public List<(LogLevel Level, string Text)> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add((logLevel, formatter(state, exception)));
}
