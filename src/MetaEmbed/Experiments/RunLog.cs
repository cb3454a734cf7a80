using System.Text.Json;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Experiments;

/// <summary>
/// Everything that happened in a run: <c>log.jsonl</c>, one JSON object a line, only ever appended to. A line starts
/// with <c>time</c> (UTC) and <c>event</c>. A process killed in the middle of a line leaves a part of it, which the next
/// session cuts off. After a resume, epochs since the checkpoint stand twice: the later lines count. Safe for threads.
/// </summary>
public sealed class RunLog : IDisposable
{
    private const int Newline = '\n';

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly FileStream _file;
    private readonly TimeProvider _clock;

    private RunLog(string path, FileStream file, TimeProvider clock)
    {
        _path = path;
        _file = file;
        _clock = clock;
    }

    /// <summary>Opens a log to go on with, or makes one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">Where the times come from; null for the system.</param>
    /// <exception cref="UserMistakeException">It cannot be opened.</exception>
    public static RunLog Open(string path, TimeProvider? clock = null)
    {
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 1);
            file.SetLength(WholeLength(file));
            file.Seek(0, SeekOrigin.End);
            return new RunLog(path, file, clock ?? TimeProvider.System);
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            throw StorageFailure.Describe(path, error, 0, "nothing was changed");
        }
    }

    /// <summary>Appends a line.</summary>
    /// <param name="kind">What happened: epoch, evaluation, assignment, phase-end, checkpoint, resume, ...</param>
    /// <param name="fields">
    /// Texts, numbers, truth values, and dictionaries from cut-off to number. NaN and infinity, which JSON lacks, become texts.
    /// </param>
    /// <exception cref="UserMistakeException">It cannot be written; the log is as it was.</exception>
    public void Write(string kind, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", _clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"));
            json.WriteString("event", kind);
            foreach (var (name, value) in fields)
            {
                json.WritePropertyName(name);
                WriteValue(json, value);
            }

            json.WriteEndObject();
        }

        buffer.WriteByte(Newline);
        lock (_gate)
            Append(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>Reads a log, also one that is being written: a last line cut short is left out.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserMistakeException">It cannot be read, or a line before the last is no JSON object.</exception>
    public static IReadOnlyList<JsonElement> Read(string path)
    {
        byte[] bytes;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            bytes = new byte[WholeLength(file)];
            file.Seek(0, SeekOrigin.Begin);
            file.ReadExactly(bytes);
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            throw new UserMistakeException(path, null, $"cannot be read ({error.Message})", "name the folder of a run", error);
        }

        var lines = new List<JsonElement>();
        for (var start = 0; start < bytes.Length;)
        {
            var length = bytes.AsSpan(start).IndexOf((byte)Newline);
            lines.Add(Parse(path, lines.Count + 1, bytes.AsMemory(start, length)));
            start += length + 1;
        }

        return lines;
    }

    /// <summary>Forces the log to disk and closes it.</summary>
    public void Dispose()
    {
        try
        {
            _file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // A line lost to a disk that fails here is not worth hiding why the run ended.
        }

        _file.Dispose();
    }

    private void Append(ReadOnlySpan<byte> line)
    {
        var before = _file.Length;
        try
        {
            _file.Write(line);
            _file.Flush();
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            _file.SetLength(before);
            throw StorageFailure.Describe(_path, error, line.Length, "the log ends before this line");
        }
    }

    private static JsonElement Parse(string path, int number, ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Reported below, as is a line of another kind.
        }

        throw new UserMistakeException(path, number, "the line is no JSON object", "the log was changed by hand or is damaged; restore it from a copy or delete the line");
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case bool truth: json.WriteBooleanValue(truth); break;
            case int whole: json.WriteNumberValue(whole); break;
            case long whole: json.WriteNumberValue(whole); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case float number when float.IsFinite(number): json.WriteNumberValue(number); break;
            case double or float: json.WriteStringValue(value.ToString()); break;
            case IReadOnlyDictionary<int, double> byCutoff:
                json.WriteStartObject();
                foreach (var (cutoff, number) in byCutoff.OrderBy(pair => pair.Key))
                {
                    json.WritePropertyName(cutoff.ToString());
                    WriteValue(json, number);
                }

                json.WriteEndObject();
                break;
            default: throw new ArgumentException($"a log takes no {value.GetType().Name}", nameof(value));
        }
    }

    /// <summary>Bytes up to and with the last newline.</summary>
    private static long WholeLength(FileStream file)
    {
        var block = new byte[4096];
        for (var end = file.Length; end > 0;)
        {
            var start = Math.Max(0, end - block.Length);
            var part = block.AsSpan(0, (int)(end - start));
            file.Seek(start, SeekOrigin.Begin);
            file.ReadExactly(part);
            var last = part.LastIndexOf((byte)Newline);
            if (last >= 0)
                return start + last + 1;
            end = start;
        }

        return 0;
    }
}
