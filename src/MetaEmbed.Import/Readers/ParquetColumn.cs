using System.Globalization;
using System.Text;
using MetaEmbed.Data.Events;
using MetaEmbed.Inference;
using Parquet;
using Parquet.Schema;

namespace MetaEmbed.Import.Readers;

/// <summary>A column of a row group, whose values are asked for as text, as a number or as a time.</summary>
internal abstract class ParquetColumn
{
    /// <summary>Makes a column of a field's type.</summary>
    /// <exception cref="UserMistakeException">Values of this type cannot be used.</exception>
    public static ParquetColumn Of(string file, DataField field)
    {
        var type = field.ClrType;
        if (type == typeof(string) || type == typeof(ReadOnlyMemory<char>))
            return new TextColumn(field);
        if (type == typeof(byte[]))
            return new BytesColumn(field);
        return type switch
        {
            _ when type == typeof(long) => new NumberColumn<long>(field),
            _ when type == typeof(int) => new NumberColumn<int>(field),
            _ when type == typeof(short) => new NumberColumn<short>(field),
            _ when type == typeof(sbyte) => new NumberColumn<sbyte>(field),
            _ when type == typeof(ulong) => new NumberColumn<ulong>(field),
            _ when type == typeof(uint) => new NumberColumn<uint>(field),
            _ when type == typeof(ushort) => new NumberColumn<ushort>(field),
            _ when type == typeof(byte) => new NumberColumn<byte>(field),
            _ when type == typeof(float) => new NumberColumn<float>(field),
            _ when type == typeof(double) => new NumberColumn<double>(field),
            _ when type == typeof(decimal) => new NumberColumn<decimal>(field),
            _ when type == typeof(DateTime) => new NumberColumn<DateTime>(field),
            _ when type == typeof(DateOnly) => new NumberColumn<DateOnly>(field),
            _ when type == typeof(Guid) => new NumberColumn<Guid>(field),
            _ => throw new UserMistakeException(file, null, $"column '{field.Name}' holds values of the type {type.Name}, which are no ids, numbers or times", "convert it, or name another column"),
        };
    }

    /// <summary>Reads the column of a row group.</summary>
    public abstract ValueTask Load(ParquetRowGroupReader group, int count);

    /// <summary>A value as text, until the next one is asked for; empty where there is none.</summary>
    public abstract ReadOnlySpan<char> Text(int row);

    /// <summary>A value as a finite number.</summary>
    public virtual bool TryNumber(int row, out double number) =>
        double.TryParse(Text(row), NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    /// <summary>A value as a time.</summary>
    public virtual bool TryTime(int row, EventTime clock, out long time) => clock.TryRead(Text(row).Trim(), out time);

    // A buffer of at least the row group's length; the library wants one of exactly that length.
    private static Memory<T> Room<T>(ref T[] buffer, int count)
    {
        if (buffer.Length < count)
            buffer = new T[count];
        return buffer.AsMemory(0, count);
    }

    private sealed class TextColumn(DataField field) : ParquetColumn
    {
        private string?[] _values = [];

        public override ValueTask Load(ParquetRowGroupReader group, int count) => group.ReadAsync(field, Room(ref _values, count)!);

        public override ReadOnlySpan<char> Text(int row) => _values[row];
    }

    private sealed class BytesColumn(DataField field) : ParquetColumn
    {
        private byte[]?[] _values = [];

        public override ValueTask Load(ParquetRowGroupReader group, int count) => group.ReadAsync(field, Room(ref _values, count)!);

        public override ReadOnlySpan<char> Text(int row) => _values[row] is { } bytes ? Encoding.UTF8.GetString(bytes) : default;
    }

    private sealed class NumberColumn<T>(DataField field) : ParquetColumn
        where T : struct, ISpanFormattable
    {
        private readonly char[] _text = new char[64];
        private T[] _values = [];
        private T?[] _nullable = [];

        public override ValueTask Load(ParquetRowGroupReader group, int count) =>
            field.IsNullable ? group.ReadAsync(field, Room(ref _nullable, count)) : group.ReadAsync(field, Room(ref _values, count));

        public override ReadOnlySpan<char> Text(int row)
        {
            if (!Has(row, out var value))
                return default;
            var format = value is DateTime or DateOnly ? "O" : default(ReadOnlySpan<char>);
            return value.TryFormat(_text, out var written, format, CultureInfo.InvariantCulture) ? _text.AsSpan(0, written) : value.ToString();
        }

        public override bool TryNumber(int row, out double number)
        {
            number = 0;
            if (!Has(row, out var value) || value is DateTime or DateOnly or Guid)
                return false;
            number = ((IConvertible)value).ToDouble(CultureInfo.InvariantCulture);
            return double.IsFinite(number);
        }

        public override bool TryTime(int row, EventTime clock, out long time)
        {
            time = 0;
            if (!Has(row, out var value))
                return false;
            switch (value)
            {
                case DateTime moment:
                    time = EventTime.Of(new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc)));
                    return true;
                case DateOnly day:
                    time = EventTime.Of(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
                    return true;
                case float or double or decimal:
                    return clock.TryRead(((IConvertible)value).ToDouble(CultureInfo.InvariantCulture), out time);
                case Guid:
                    return false;
                case ulong and > long.MaxValue:
                    return false;
                default:
                    return clock.TryRead(((IConvertible)value).ToInt64(CultureInfo.InvariantCulture), out time);
            }
        }

        private bool Has(int row, out T value)
        {
            if (!field.IsNullable)
            {
                value = _values[row];
                return true;
            }

            value = _nullable[row].GetValueOrDefault();
            return _nullable[row].HasValue;
        }
    }
}
