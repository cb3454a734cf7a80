using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using MetaEmbed.Inference;

namespace MetaEmbed.Native;

/// <summary>The open models, by the number that a C program holds: a number that was closed or invented is refused, not followed.</summary>
internal static class Models
{
    private static readonly ConcurrentDictionary<long, Recommender> Open = new();
    private static long _last;

    public static long Add(Recommender model)
    {
        var number = Interlocked.Increment(ref _last);
        Open[number] = model;
        return number;
    }

    public static bool TryFind(long number, [NotNullWhen(true)] out Recommender? model) => Open.TryGetValue(number, out model);

    public static void Close(long number)
    {
        if (Open.TryRemove(number, out var model))
            model.Dispose();
    }
}
