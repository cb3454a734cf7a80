using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Experiments;

/// <summary>
/// Writes scalars as TensorBoard reads them: a file of framed records, each an <c>Event</c>. A resumed run starts a
/// file of its own that tells TensorBoard to forget the steps that come again. A record cut off by a kill ends a file,
/// which TensorBoard tolerates.
/// </summary>
/// <remarks>
/// Tags follow the official code, save that what it calls test is the validation set: <c>valid/epoch_wise/ndcg_5</c>,
/// <c>valid/epoch_wise/recall_5</c>, <c>train/epoch_wise/avg_epoch_loss</c>, <c>..._recsys_loss</c>, <c>..._reg_loss</c>.
/// </remarks>
internal sealed class TensorBoardWriter : IDisposable
{
    private const string Prefix = "events.out.tfevents.";

    private readonly FileStream _file;
    private readonly TimeProvider _clock;

    private TensorBoardWriter(FileStream file, TimeProvider clock)
    {
        _file = file;
        _clock = clock;
    }

    /// <summary>Starts an event file.</summary>
    /// <param name="folder">The folder of a run's event files; made if missing.</param>
    /// <param name="nextEpoch">The epoch that the training goes on with; what older files say of it and later ones is to be forgotten. 0 at the start.</param>
    /// <param name="clock">Where the times come from; null for the system.</param>
    /// <exception cref="UserMistakeException">It cannot be made.</exception>
    public static TensorBoardWriter Open(string folder, int nextEpoch, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        StorageFailure.CreateFolder(folder);
        var path = Path.Combine(folder, NewName(folder, clock.GetUtcNow().ToUnixTimeSeconds()));
        try
        {
            var writer = new TensorBoardWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, 1), clock);
            writer.Append(TensorBoardEvent.FileVersion(writer.Now()));
            if (nextEpoch > 0)
                writer.Append(TensorBoardEvent.SessionStart(writer.Now(), nextEpoch));
            return writer;
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            throw StorageFailure.Describe(path, error, 0, "nothing was changed");
        }
    }

    /// <summary>The metrics of an evaluation on the validation set.</summary>
    /// <param name="epoch">Taken before the training of this epoch.</param>
    /// <param name="metrics">Metrics by cut-off.</param>
    /// <exception cref="UserMistakeException">The file cannot be written.</exception>
    public void Validation(int epoch, MetricSummary metrics)
    {
        foreach (var (cutoff, value) in metrics.Ndcg.OrderBy(pair => pair.Key))
            Scalar($"{metrics.Split}/epoch_wise/ndcg_{cutoff}", epoch, value);
        foreach (var (cutoff, value) in metrics.Recall.OrderBy(pair => pair.Key))
            Scalar($"{metrics.Split}/epoch_wise/recall_{cutoff}", epoch, value);
    }

    /// <summary>The mean losses of an epoch.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="loss">Mean over its steps of the whole loss.</param>
    /// <param name="ranking">Its ranking term (BPR).</param>
    /// <param name="penalty">Its L2 term.</param>
    /// <exception cref="UserMistakeException">The file cannot be written.</exception>
    public void Training(int epoch, double loss, double ranking, double penalty)
    {
        Scalar("train/epoch_wise/avg_epoch_loss", epoch, loss);
        Scalar("train/epoch_wise/avg_epoch_recsys_loss", epoch, ranking);
        Scalar("train/epoch_wise/avg_epoch_reg_loss", epoch, penalty);
    }

    /// <summary>One number; TensorBoard keeps 32 bits of it.</summary>
    /// <param name="tag">Its name; slashes make groups.</param>
    /// <param name="step">The epoch.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="UserMistakeException">The file cannot be written.</exception>
    public void Scalar(string tag, long step, double value)
    {
        try
        {
            Append(TensorBoardEvent.Scalar(Now(), step, tag, (float)value));
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            throw StorageFailure.Describe(_file.Name, error, 0, "the file ends before this number");
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Sorts behind all names in the folder, as TensorBoard reads files in the order of their names.</summary>
    private static string NewName(string folder, long now)
    {
        foreach (var file in Directory.EnumerateFiles(folder, Prefix + "*"))
        {
            var rest = Path.GetFileName(file).AsSpan(Prefix.Length);
            if (rest.Length >= 10 && long.TryParse(rest[..10], out var seconds))
                now = Math.Max(now, seconds + 1);
        }

        var host = string.Concat(Environment.MachineName.Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '_'));
        return $"{Prefix}{now:d10}.{host}.{Environment.ProcessId}.0";
    }

    private double Now() => _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private void Append(byte[] data)
    {
        var before = _file.Length;
        try
        {
            _file.Write(TensorBoardEvent.Frame(data));
            _file.Flush();
        }
        catch (IOException)
        {
            _file.SetLength(before);
            throw;
        }
    }
}
