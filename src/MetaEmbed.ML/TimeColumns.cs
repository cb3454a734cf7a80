using MetaEmbed.Data.Events;
using MetaEmbed.Inference;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaEmbed.ML;

/// <summary>Columns of times, as microseconds since 1970.</summary>
internal static class TimeColumns
{
    /// <summary>Reads the time of the row that the cursor stands on; null where it is missing.</summary>
    /// <exception cref="UserMistakeException">The column holds no times.</exception>
    public static Func<long?> Open(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        switch (column.Type)
        {
            case DateTimeDataViewType:
                var dates = cursor.GetGetter<DateTime>(column);
                return () =>
                {
                    var date = default(DateTime);
                    dates(ref date);
                    return date == default ? null : EventTime.Of(new DateTimeOffset(DateTime.SpecifyKind(date, DateTimeKind.Utc)));
                };
            case DateTimeOffsetDataViewType:
                var moments = cursor.GetGetter<DateTimeOffset>(column);
                return () =>
                {
                    var moment = default(DateTimeOffset);
                    moments(ref moment);
                    return moment == default ? null : EventTime.Of(moment);
                };
            case NumberDataViewType when column.Type.RawType == typeof(long):
                var whole = cursor.GetGetter<long>(column);
                var clock = new EventTime();
                return () =>
                {
                    var number = 0L;
                    whole(ref number);
                    return clock.TryRead(number, out var time) ? time : null;
                };
            case NumberDataViewType:
                var numbers = NumberColumns.Open(cursor, column);
                var decimals = new EventTime();
                return () => decimals.TryRead(numbers(), out var time) ? time : null;
            default:
                throw new UserMistakeException(
                    "data view", null, $"column '{column.Name}' is of the type {column.Type}, which is no time", "give a column of dates or of numbers since 1970");
        }
    }
}
