using System.Globalization;
using MetaEmbed.Inference;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaEmbed.ML;

/// <summary>Columns of ids as texts.</summary>
internal static class TextColumns
{
    /// <summary>Reads the id of the row that the cursor stands on; an empty text where it is missing.</summary>
    /// <exception cref="UserMistakeException">The column holds no ids.</exception>
    public static Func<ReadOnlyMemory<char>> Open(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Type switch
    {
        TextDataViewType => Texts(cursor, column),
        KeyDataViewType key => Keys(cursor, column, key),
        NumberDataViewType when column.Type.RawType == typeof(sbyte) => Whole<sbyte>(cursor, column),
        NumberDataViewType when column.Type.RawType == typeof(byte) => Whole<byte>(cursor, column),
        NumberDataViewType when column.Type.RawType == typeof(short) => Whole<short>(cursor, column),
        NumberDataViewType when column.Type.RawType == typeof(ushort) => Whole<ushort>(cursor, column),
        NumberDataViewType when column.Type.RawType == typeof(int) => Whole<int>(cursor, column),
        NumberDataViewType when column.Type.RawType == typeof(uint) => Whole<uint>(cursor, column),
        NumberDataViewType when column.Type.RawType == typeof(long) => Whole<long>(cursor, column),
        NumberDataViewType when column.Type.RawType == typeof(ulong) => Whole<ulong>(cursor, column),
        _ => throw new UserMistakeException(
            "data view", null, $"column '{column.Name}' is of the type {column.Type}, which holds no ids", "give a column of texts, whole numbers or keys"),
    };

    private static Func<ReadOnlyMemory<char>> Texts(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        return () =>
        {
            var text = default(ReadOnlyMemory<char>);
            getter(ref text);
            return text;
        };
    }

    private static Func<ReadOnlyMemory<char>> Whole<T>(DataViewRowCursor cursor, DataViewSchema.Column column)
        where T : struct, ISpanFormattable
    {
        var getter = cursor.GetGetter<T>(column);
        var digits = new char[20];
        return () =>
        {
            var number = default(T);
            getter(ref number);
            number.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
            return digits.AsMemory(0, length);
        };
    }

    // A key is a number from 1, 0 where it is missing. Where the column has texts as key values they are the ids, else the
    // number from 0 is, as it was before it became a key.
    private static Func<ReadOnlyMemory<char>> Keys(DataViewRowCursor cursor, DataViewSchema.Column column, KeyDataViewType type)
    {
        var number = Number(cursor, column, type);
        var names = Names(column);
        return () => number() is >= 1 and var key
            ? names is null ? $"{key - 1}".AsMemory() : key <= (ulong)names.Length ? names[key - 1] : default
            : default;
    }

    private static Func<ulong> Number(DataViewRowCursor cursor, DataViewSchema.Column column, KeyDataViewType type)
    {
        if (type.RawType == typeof(byte))
            return Getter<byte>(one => one);
        if (type.RawType == typeof(ushort))
            return Getter<ushort>(one => one);
        return type.RawType == typeof(ulong) ? Getter<ulong>(one => one) : Getter<uint>(one => one);

        Func<ulong> Getter<T>(Func<T, ulong> widen)
            where T : struct
        {
            var getter = cursor.GetGetter<T>(column);
            return () =>
            {
                var key = default(T);
                getter(ref key);
                return widen(key);
            };
        }
    }

    private static ReadOnlyMemory<char>[]? Names(DataViewSchema.Column column)
    {
        const string KeyValues = "KeyValues"; // AnnotationUtils.Kinds.KeyValues of Microsoft.ML
        if (column.Annotations.Schema.GetColumnOrNull(KeyValues) is not { } annotation || annotation.Type is not VectorDataViewType vector)
            return null;
        if (vector.ItemType is TextDataViewType)
            return Values<ReadOnlyMemory<char>>(text => text);
        return vector.ItemType.RawType switch
        {
            var raw when raw == typeof(int) => Values<int>(one => Text(one)),
            var raw when raw == typeof(uint) => Values<uint>(one => Text(one)),
            var raw when raw == typeof(long) => Values<long>(one => Text(one)),
            var raw when raw == typeof(ulong) => Values<ulong>(one => Text(one)),
            var raw when raw == typeof(short) => Values<short>(one => Text(one)),
            var raw when raw == typeof(float) => Values<float>(one => Text(one)),
            var raw when raw == typeof(double) => Values<double>(one => Text(one)),
            _ => throw new UserMistakeException(
                "data view", null, $"the keys of column '{column.Name}' stand for values of the type {vector.ItemType}", "give a column of texts, whole numbers or keys of them"),
        };

        ReadOnlyMemory<char>[] Values<T>(Func<T, ReadOnlyMemory<char>> text)
        {
            var values = default(VBuffer<T>);
            column.Annotations.GetValue(KeyValues, ref values);
            return [.. values.DenseValues().Select(text)];
        }
    }

    private static ReadOnlyMemory<char> Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture).AsMemory();
}
