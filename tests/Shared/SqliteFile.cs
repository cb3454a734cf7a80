using Microsoft.Data.Sqlite;

namespace MetaEmbed.Shared.Tests;

/// <summary>A database that some commands make.</summary>
internal static class SqliteFile
{
    /// <summary>Makes it.</summary>
    /// <returns>The file.</returns>
    public static string Of(string file, params string[] commands)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        foreach (var text in commands)
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // commands of the tests
            command.CommandText = text;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        return file;
    }
}
