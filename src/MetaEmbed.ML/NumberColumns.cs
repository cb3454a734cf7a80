using MetaEmbed.Inference;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaEmbed.ML;

/// <summary>Columns of ratings and weights.</summary>
internal static class NumberColumns
{
    /// <summary>Reads the number of the row that the cursor stands on; NaN where it is missing.</summary>
    /// <exception cref="UserMistakeException">The column holds no numbers.</exception>
    public static Func<double> Open(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        if (column.Type is not NumberDataViewType)
            throw new UserMistakeException("data view", null, $"column '{column.Name}' is of the type {column.Type}, which is no number", "give a column of numbers");
        return column.Type.RawType switch
        {
            var raw when raw == typeof(float) => Getter<float>(one => one),
            var raw when raw == typeof(double) => Getter<double>(one => one),
            var raw when raw == typeof(sbyte) => Getter<sbyte>(one => one),
            var raw when raw == typeof(byte) => Getter<byte>(one => one),
            var raw when raw == typeof(short) => Getter<short>(one => one),
            var raw when raw == typeof(ushort) => Getter<ushort>(one => one),
            var raw when raw == typeof(int) => Getter<int>(one => one),
            var raw when raw == typeof(uint) => Getter<uint>(one => one),
            var raw when raw == typeof(long) => Getter<long>(one => one),
            _ => Getter<ulong>(one => one),
        };

        Func<double> Getter<T>(Func<T, double> widen)
            where T : struct
        {
            var getter = cursor.GetGetter<T>(column);
            return () =>
            {
                var number = default(T);
                getter(ref number);
                return widen(number);
            };
        }
    }
}
