// Reads a table of events with DuckDB, parsing alone: the largest value of every column, so that each field is looked at.
// usage: dotnet run -c Release benchmarks/peers/import_duckdb.cs -- FILE.csv|FILE.parquet [THREADS]
#:property ManagePackageVersionsCentrally=false
#:property PublishAot=false
#:package DuckDB.NET.Data.Full@1.5.6.1
using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;

var threads = args.Length > 1 ? args[1] : $"{Environment.ProcessorCount}";
var file = args[0].Replace("'", "''", StringComparison.Ordinal);
var table = file.EndsWith(".parquet", StringComparison.Ordinal)
    ? $"read_parquet('{file}')"
    : $"read_csv('{file}', types = {{'user_id': 'VARCHAR', 'item_id': 'VARCHAR'}})";

using var connection = new DuckDBConnection("Data Source=:memory:");
connection.Open();
using var command = connection.CreateCommand();
command.CommandText = $"SET threads = {threads}";
command.ExecuteNonQuery();
var watch = Stopwatch.StartNew();
var before = Process.GetCurrentProcess().TotalProcessorTime;
command.CommandText = $"SELECT count(*), max(COLUMNS(*)) FROM {table}";
using var reader = command.ExecuteReader();
reader.Read();
var rows = reader.GetInt64(0);
var (wall, processor) = (watch.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
var peak = Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"DuckDB {connection.ServerVersion}, {threads} threads: {rows / wall / 1e6:F2} M/s, {rows / processor / 1e6:F2} M/s of a core, peak {peak:F0} MB"));
