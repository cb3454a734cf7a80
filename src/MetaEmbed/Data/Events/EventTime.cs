using System.Globalization;

namespace MetaEmbed.Data.Events;

/// <summary>The unit of times that are numbers.</summary>
public enum TimeUnit
{
    /// <summary>Not known yet: the first number that is not 0 decides.</summary>
    Unknown,

    /// <summary>Seconds since 1970.</summary>
    Seconds,

    /// <summary>Thousandths of a second since 1970.</summary>
    Milliseconds,

    /// <summary>Millionths of a second since 1970.</summary>
    Microseconds,

    /// <summary>Billionths of a second since 1970.</summary>
    Nanoseconds,
}

/// <summary>
/// Reads times into microseconds since 1970 in UTC: whole and decimal numbers, whose unit the first one decides by its
/// size, and dates of ISO 8601 (<c>2024-03-01</c>, <c>2024-03-01T12:30:00.5+01:00</c>, with a space in place of the T).
/// A date without an offset is in UTC.
/// </summary>
public sealed class EventTime
{
    private const long Microsecond = TimeSpan.TicksPerMicrosecond;
    private const double LargestNumber = 9e18;

    /// <summary>The unit of numbers; decided by the first one.</summary>
    public TimeUnit Unit { get; private set; }

    /// <summary>Reads a time.</summary>
    /// <param name="text">The text, without spaces around it.</param>
    /// <param name="time">Microseconds since 1970.</param>
    /// <returns>Whether it is one.</returns>
    public bool TryRead(ReadOnlySpan<char> text, out long time)
    {
        if (text.Length >= 8 && text[4] == '-')
            return TryReadDate(text, out time);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return TryRead(whole, out time);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < LargestNumber)
            return TryRead(number, out time);
        time = 0;
        return false;
    }

    /// <summary>Reads a whole number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="time">Microseconds since 1970.</param>
    public bool TryRead(long number, out long time)
    {
        Decide(number);
        time = 0;
        switch (Unit)
        {
            case TimeUnit.Nanoseconds:
                time = (long)Math.Floor(number / 1000m);
                return true;
            case TimeUnit.Microseconds:
                time = number;
                return number != EventBatch.NoTime;
            default:
                var scale = Unit == TimeUnit.Milliseconds ? 1000L : 1_000_000L;
                if (number > long.MaxValue / scale || number < -long.MaxValue / scale)
                    return false;
                time = number * scale;
                return true;
        }
    }

    /// <summary>Reads a number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="time">Microseconds since 1970.</param>
    public bool TryRead(double number, out long time)
    {
        time = 0;
        if (!(Math.Abs(number) < LargestNumber))
            return false;
        Decide((long)number);
        var microseconds = number * Unit switch
        {
            TimeUnit.Nanoseconds => 1e-3,
            TimeUnit.Microseconds => 1,
            TimeUnit.Milliseconds => 1e3,
            _ => 1e6,
        };
        time = (long)Math.Floor(microseconds);
        return Math.Abs(microseconds) < LargestNumber;
    }

    /// <summary>A moment as microseconds since 1970.</summary>
    /// <param name="moment">The moment.</param>
    public static long Of(DateTimeOffset moment) => (moment.UtcTicks - DateTime.UnixEpoch.Ticks) / Microsecond;

    /// <summary>A time as a date of ISO 8601 in UTC; the number where no calendar reaches.</summary>
    /// <param name="time">Microseconds since 1970.</param>
    public static string Text(long time)
    {
        var least = (DateTime.MinValue.Ticks - DateTime.UnixEpoch.Ticks) / Microsecond;
        var most = (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / Microsecond;
        if (time < least || time > most)
            return time.ToString(CultureInfo.InvariantCulture);
        var date = DateTime.UnixEpoch.AddTicks(time * Microsecond);
        return date.ToString(date.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>Reads a date of ISO 8601.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">Microseconds since 1970.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryReadDate(ReadOnlySpan<char> text, out long time)
    {
        time = 0;
        if (text.Length < 8 || text[4] != '-' || !char.IsAsciiDigit(text[0])
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            return false;
        }

        time = Of(moment);
        return true;
    }

    // Seconds reach 1e11 in the year 5138; thousandths did so in 1973.
    private void Decide(long number)
    {
        if (Unit != TimeUnit.Unknown || number == 0)
            return;
        Unit = Math.Abs((double)number) switch
        {
            < 1e11 => TimeUnit.Seconds,
            < 1e14 => TimeUnit.Milliseconds,
            < 1e17 => TimeUnit.Microseconds,
            _ => TimeUnit.Nanoseconds,
        };
    }
}
