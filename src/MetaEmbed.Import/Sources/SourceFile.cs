using System.IO.Hashing;
using MetaEmbed.Inference;

namespace MetaEmbed.Import.Sources;

/// <summary>
/// A file to import, or standard input. It is opened twice: once to look at its beginning, once to read it; standard
/// input remembers what was looked at.
/// </summary>
internal sealed class SourceFile
{
    /// <summary>What stands for standard input.</summary>
    public const string StandardInput = "-";

    private const int BufferSize = 1 << 16;
    private readonly Func<Stream> _standardInput;
    private ReplayStream? _replay;
    private Tally? _tally;

    /// <summary>Names a file.</summary>
    /// <param name="path">Its path, or <see cref="StandardInput"/>.</param>
    /// <param name="standardInput">Opens standard input.</param>
    public SourceFile(string path, Func<Stream> standardInput)
    {
        Path = path;
        _standardInput = standardInput;
        IsStandardInput = path == StandardInput;
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>What messages call it.</summary>
    public string Name => IsStandardInput ? "standard input" : Path;

    /// <summary>Its name without folders, for the manifest.</summary>
    public string ShortName => IsStandardInput ? StandardInput : System.IO.Path.GetFileName(Path);

    /// <summary>Whether it is standard input, which cannot be read at random.</summary>
    public bool IsStandardInput { get; }

    /// <summary>Bytes that the last reading took.</summary>
    public long Length => _tally?.Count ?? (IsStandardInput ? 0 : new FileInfo(Path).Length);

    /// <summary>Bytes that the last reading has taken so far; 0 where a format opens the file by itself.</summary>
    public long BytesRead => _tally?.Count ?? 0;

    /// <summary>XxHash128 of the bytes that the last reading took.</summary>
    public string Hash => _tally?.Hash ?? Storage.Checksum.OfFile(Path);

    /// <summary>Opens it to look at its beginning.</summary>
    /// <exception cref="UserMistakeException">It is missing, a folder, or must not be read.</exception>
    public Stream Look() => IsStandardInput ? _replay ??= new ReplayStream(_standardInput()) : OpenFile();

    /// <summary>Opens it to read it from beginning to end, hashing what is read.</summary>
    /// <exception cref="UserMistakeException">It is missing, a folder, or must not be read.</exception>
    public Stream Read()
    {
        Stream raw;
        if (IsStandardInput)
        {
            _replay ??= new ReplayStream(_standardInput());
            _replay.Rewind();
            raw = _replay;
        }
        else
        {
            raw = OpenFile();
        }

        return new TallyingStream(raw, _tally = new Tally());
    }

    /// <summary>Opens the file for random access.</summary>
    /// <exception cref="UserMistakeException">It is missing, a folder, must not be read, or is standard input.</exception>
    public FileStream OpenFile()
    {
        if (IsStandardInput)
            throw new UserMistakeException(Name, null, "this format cannot be read from a pipe", "give the name of a file");
        if (Directory.Exists(Path))
            throw new UserMistakeException(Path, null, "is a folder", $"give its files, say '{System.IO.Path.Combine(Path, "*.csv")}'");
        try
        {
            return new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.SequentialScan);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserMistakeException(Path, null, "there is no such file", "check the name", failure);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new UserMistakeException(Path, null, "must not be read", "ask for the right to read it", failure);
        }
        catch (IOException failure)
        {
            throw new UserMistakeException(Path, null, $"cannot be opened ({failure.Message.TrimEnd('.')})", "check the file and the disk", failure);
        }
    }

    /// <summary>Number and hash of bytes that passed.</summary>
    private sealed class Tally
    {
        private readonly XxHash128 _hash = new();

        public long Count { get; private set; }

        public string Hash => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public void Add(ReadOnlySpan<byte> bytes)
        {
            _hash.Append(bytes);
            Count += bytes.Length;
        }
    }

    private sealed class TallyingStream(Stream inner, Tally tally) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            tally.Add(buffer[..read]);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>Keeps what was read until it is rewound, and gives it once more.</summary>
    private sealed class ReplayStream(Stream inner) : ReadOnlyStream
    {
        private readonly MemoryStream _kept = new();
        private bool _rewound;

        public void Rewind()
        {
            _rewound = true;
            _kept.Position = 0;
        }

        public override int Read(Span<byte> buffer)
        {
            if (_rewound)
                return _kept.Read(buffer) is > 0 and var again ? again : inner.Read(buffer);
            var read = inner.Read(buffer);
            _kept.Write(buffer[..read]);
            return read;
        }
    }
}
