using System.Buffers.Binary;
using MetaEmbed.Data.Events;
using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Sources;
using MetaEmbed.Inference;
using Microsoft.Data.Sqlite;

namespace MetaEmbed.Import.Readers;

/// <summary>Events from a table or view of an SQLite database, in the order in which the database gives them.</summary>
internal sealed class SqliteSource(SourceFile file, string table, ChosenColumns columns) : Source(file, SourceFormat.Sqlite, columns)
{
    /// <summary>Finds table and columns: the table asked for, or the only one whose columns are known.</summary>
    public static SqliteSource Open(SourceFile file, string? asked, ColumnRequest request)
    {
        RequireWhole(file);
        using var connection = Connect(file);
        var tables = Guarded(file, () => Strings(connection, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"));
        var list = string.Join(", ", tables.Select(name => EventName.Shown(name)));
        if (asked is not null)
        {
            var found = tables.FirstOrDefault(name => name.Equals(asked, StringComparison.OrdinalIgnoreCase))
                ?? throw new UserMistakeException(file.Name, null, $"there is no table '{asked}'", $"the tables are {list}");
            return new SqliteSource(file, found, Find(found));
        }

        if (tables.Count == 0)
            throw new UserMistakeException(file.Name, null, "holds no table", "give a database with a table of events");
        if (tables.Count == 1)
            return new SqliteSource(file, tables[0], Find(tables[0]));
        var fitting = new List<SqliteSource>();
        foreach (var name in tables)
        {
            try
            {
                if (Find(name) is { ByPlace: false } found)
                    fitting.Add(new SqliteSource(file, name, found));
            }
            catch (UserMistakeException)
            {
                // no table of events
            }
        }

        return fitting.Count == 1
            ? fitting[0]
            : throw new UserMistakeException(file.Name, null, $"holds {tables.Count} tables, {fitting.Count} of which look like events: {list}", "name one with --table");

        ChosenColumns Find(string name) => ColumnFinder.Find(
            file.Name, Guarded(file, () => Strings(connection, $"SELECT name FROM pragma_table_info({Text(name)})")), true, [], request, new ColumnNeeds(false, false, false));
    }

    protected override void Read(RowIntake intake)
    {
        using var connection = Connect(File);
        var places = new List<int> { Columns.User, Columns.Item };
        var time = Place(Needs.Times, Columns.Time);
        var rating = Place(Needs.Ratings, Columns.Rating);
        var weight = Place(Needs.Weights, Columns.Weight);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // names are quoted, and come from the database itself
        command.CommandText = $"SELECT {string.Join(", ", places.Select(place => Name(Columns.Names[place])))} FROM {Name(table)}";
#pragma warning restore CA2100
        using var rows = Guarded(File, command.ExecuteReader);
        for (var number = 1L; Guarded(File, rows.Read); number++)
            intake.Take(number, Cell(0), Cell(1), Cell(time), Cell(rating), Cell(weight));

        int Place(bool needed, int place)
        {
            if (!needed)
                return -1;
            places.Add(place);
            return places.Count - 1;
        }

        string? Cell(int place) => place < 0 || rows.IsDBNull(place) ? null : rows.GetString(place);
    }

    // The header knows how many pages there are; of a file that is cut, SQLite reads missing pages as empty.
    private static void RequireWhole(SourceFile file)
    {
        Span<byte> header = stackalloc byte[100];
        using var stream = file.OpenFile();
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            return;
        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[16..]) is > 1 and var size ? size : 1 << 16;
        var isCounted = header.Slice(24, 4).SequenceEqual(header.Slice(92, 4));
        var bytes = (long)pageSize * BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        if (isCounted && stream.Length < bytes)
            throw new UserMistakeException(file.Name, null, $"is cut off: it has {stream.Length:N0} bytes of {bytes:N0}", "get it again");
    }

    private static SqliteConnection Connect(SourceFile file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file.Path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        return Guarded(file, () =>
        {
            connection.Open();
            return connection;
        });
    }

    private static List<string> Strings(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // queries of this file
        command.CommandText = query;
#pragma warning restore CA2100
        using var rows = command.ExecuteReader();
        var strings = new List<string>();
        while (rows.Read())
            strings.Add(rows.GetString(0));
        return strings;
    }

    private static T Guarded<T>(SourceFile file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException failure)
        {
            throw new UserMistakeException(file.Name, null, $"is no whole SQLite database ({failure.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')})", "get it again, or export the table as CSV", failure);
        }
    }

    private static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
