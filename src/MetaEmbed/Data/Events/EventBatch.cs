using System.Text;

namespace MetaEmbed.Data.Events;

/// <summary>
/// Some events side by side, as a reader hands them over: a user, an item, and where there are such columns a time, a
/// rating and a weight. Users and items are names in UTF-8. A reader fills one, passes it on, clears it, and fills it again.
/// </summary>
public sealed class EventBatch
{
    /// <summary>Events in a full batch.</summary>
    public const int Capacity = 2048;

    /// <summary>The time of an event without one.</summary>
    public const long NoTime = long.MinValue;

    private readonly int[] _ends = new int[2 * Capacity];
    private readonly long[] _times = new long[Capacity];
    private readonly double[] _ratings = new double[Capacity];
    private readonly double[] _weights = new double[Capacity];
    private byte[] _text = new byte[64 * Capacity];

    /// <summary>Number of events.</summary>
    public int Count { get; private set; }

    /// <summary>Whether another event has no room.</summary>
    public bool IsFull => Count == Capacity;

    /// <summary>Time of each event, in microseconds since 1970; <see cref="NoTime"/> for none.</summary>
    public ReadOnlySpan<long> Times => _times.AsSpan(0, Count);

    /// <summary>Rating of each event; NaN for none.</summary>
    public ReadOnlySpan<double> Ratings => _ratings.AsSpan(0, Count);

    /// <summary>Weight of each event; 1 where there is no such column.</summary>
    public ReadOnlySpan<double> Weights => _weights.AsSpan(0, Count);

    /// <summary>The user of an event, in UTF-8.</summary>
    /// <param name="index">Which event.</param>
    public ReadOnlySpan<byte> UserOf(int index) => Name(2 * index);

    /// <summary>The item of an event, in UTF-8.</summary>
    /// <param name="index">Which event.</param>
    public ReadOnlySpan<byte> ItemOf(int index) => Name((2 * index) + 1);

    /// <summary>Appends an event.</summary>
    /// <param name="user">The user in UTF-16.</param>
    /// <param name="item">The item in UTF-16.</param>
    /// <param name="time">Microseconds since 1970, or <see cref="NoTime"/>.</param>
    /// <param name="rating">The rating, or NaN.</param>
    /// <param name="weight">The weight.</param>
    public void Append(ReadOnlySpan<char> user, ReadOnlySpan<char> item, long time = NoTime, double rating = double.NaN, double weight = 1)
    {
        var start = Start();
        Reserve(start, 3 * (user.Length + item.Length));
        var middle = start + Transcode(user, start);
        Finish(middle, middle + Transcode(item, middle), time, rating, weight);
    }

    /// <summary>Appends an event whose user and item are UTF-8 already.</summary>
    /// <param name="user">The user.</param>
    /// <param name="item">The item.</param>
    /// <param name="time">Microseconds since 1970, or <see cref="NoTime"/>.</param>
    /// <param name="rating">The rating, or NaN.</param>
    /// <param name="weight">The weight.</param>
    public void Append(ReadOnlySpan<byte> user, ReadOnlySpan<byte> item, long time = NoTime, double rating = double.NaN, double weight = 1)
    {
        var start = Start();
        Reserve(start, user.Length + item.Length);
        user.CopyTo(_text.AsSpan(start));
        item.CopyTo(_text.AsSpan(start + user.Length));
        Finish(start + user.Length, start + user.Length + item.Length, time, rating, weight);
    }

    /// <summary>Takes all events out.</summary>
    public void Clear() => Count = 0;

    private int Start() => Count == 0 ? 0 : _ends[(2 * Count) - 1];

    private ReadOnlySpan<byte> Name(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return _text.AsSpan(start, _ends[index] - start);
    }

    private int Transcode(ReadOnlySpan<char> name, int at)
    {
        var into = _text.AsSpan(at);
        return Ascii.FromUtf16(name, into, out var written) == System.Buffers.OperationStatus.Done ? written : Encoding.UTF8.GetBytes(name, into);
    }

    private void Reserve(int start, int bytes)
    {
        if (start + bytes > _text.Length)
            Array.Resize(ref _text, Math.Max(start + bytes, _text.Length * 2));
    }

    private void Finish(int middle, int end, long time, double rating, double weight)
    {
        _ends[2 * Count] = middle;
        _ends[(2 * Count) + 1] = end;
        _times[Count] = time;
        _ratings[Count] = rating;
        _weights[Count] = weight;
        Count++;
    }
}
