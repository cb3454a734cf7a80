using System.Globalization;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using Microsoft.Win32.SafeHandles;

namespace MetaEmbed.Serving.Events;

/// <summary>
/// The files of the event log: <c>events-00000001.jsonl</c> and so on, of which the last one is being written. Beside them lies
/// <c>lock</c>, held by the process that writes. Not safe for several threads.
/// </summary>
internal sealed class EventSegments : IDisposable
{
    private readonly string _folder;
    private readonly long _longest;
    private readonly FileStream _lock;
    private SafeFileHandle? _file;
    private int _number;
    private bool _isTrimmed;

    private EventSegments(string folder, long longest, FileStream held) => (_folder, _longest, _lock) = (folder, longest, held);

    /// <summary>Bytes of the last file that are whole events on disk.</summary>
    public long Length { get; private set; }

    /// <summary>Lines amid the log that were no events when it was opened.</summary>
    public long Damaged { get; private set; }

    /// <summary>Bytes of a half-written end that were cut off when it was opened.</summary>
    public long Cut { get; private set; }

    /// <summary>Opens the log, reads all of it, and cuts off what a killed writer left half written.</summary>
    /// <param name="folder">The folder; made where there is none.</param>
    /// <param name="longest">Bytes at which a further file is begun.</param>
    /// <param name="take">Told each event, the oldest first: user and item.</param>
    /// <exception cref="UserMistakeException">It cannot be opened, or another process writes it.</exception>
    public static EventSegments Open(string folder, long longest, Action<string, string> take)
    {
        EventSegments? segments = null;
        try
        {
            Directory.CreateDirectory(folder);
            segments = new EventSegments(folder, longest, new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
            segments.ReadAll(take);
            return segments;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            segments?.Dispose();
            throw new UserMistakeException(
                folder, null, $"the event log cannot be opened ({error.Message})", "check the folder, the room on its disk, and that no other service writes it", error);
        }
    }

    /// <summary>Writes bytes behind the last event, and flushes them to disk. Where that fails, the file ends where it did before.</summary>
    /// <exception cref="IOException">The disk is full, or cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> lines)
    {
        if (!_isTrimmed)
            Trim(); // what a failure left is gone before anything follows it
        if (Length > 0 && Length + lines.Length > _longest)
            Begin();
        _isTrimmed = false;
        RandomAccess.Write(_file!, lines, Length);
        RandomAccess.FlushToDisk(_file!);
        Length += lines.Length;
        _isTrimmed = true;
    }

    /// <summary>Takes away what a failed writing left; it is tried again before the next one.</summary>
    public void Trim()
    {
        RandomAccess.SetLength(_file!, Length);
        RandomAccess.FlushToDisk(_file!);
        _isTrimmed = true;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _lock.Dispose();
    }

    private void ReadAll(Action<string, string> take)
    {
        var names = Directory.GetFiles(_folder, "events-*.jsonl").Order(StringComparer.Ordinal).ToArray();
        foreach (var name in names)
        {
            var (length, end, damaged) = SegmentReader.Read(name, take);
            Damaged += damaged;
            (Length, Cut) = (end, length - end);
        }

        if (names.Length == 0)
        {
            Begin();
            return;
        }

        _number = int.Parse(Path.GetFileNameWithoutExtension(names[^1])["events-".Length..], CultureInfo.InvariantCulture);
        _file = File.OpenHandle(names[^1], FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        Trim();
    }

    private void Begin()
    {
        var next = File.OpenHandle(Path.Combine(_folder, $"events-{_number + 1:d8}.jsonl"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        FolderSync.Flush(_folder);
        _file?.Dispose();
        (_file, Length) = (next, 0);
        _number++;
        Trim();
    }
}
