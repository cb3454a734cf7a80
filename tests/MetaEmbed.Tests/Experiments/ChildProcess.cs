using System.Diagnostics;
using MetaEmbed.Experiments;
using MetaEmbed.Storage;

namespace MetaEmbed.Tests.Experiments;

/// <summary>
/// Runs one of the actions below in a process of its own, this very test program, so that a test can kill it for good:
/// no finally, no finaliser, SIGKILL.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    private const string Variable = "METAEMBED_TEST_CHILD";

    private readonly Process? _process;

    /// <summary>For the runner, which makes the class to call <see cref="Act"/>.</summary>
    public ChildProcess()
    {
    }

    private ChildProcess(Process process) => _process = process;

    internal static ChildProcess Start(string action, string path)
    {
        var program = Path.ChangeExtension(typeof(ChildProcess).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        var start = new ProcessStartInfo(program, ["-explicit", "only", "-method", $"{typeof(ChildProcess).FullName}.{nameof(Act)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Variable] = $"{action}|{path}";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process);
    }

    /// <summary>Waits until something is so; the child must live on meanwhile.</summary>
    internal void Await(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.False(_process!.HasExited, "the child ended too soon");
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), "the child took too long");
            Thread.Sleep(5);
        }
    }

    internal void AwaitItsEnd() => Assert.True(_process!.WaitForExit(60_000), "the child took too long");

    internal void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    [Fact(Explicit = true)]
    public void Act()
    {
        var order = Environment.GetEnvironmentVariable(Variable)?.Split('|', 2);
        if (order is null)
            Assert.Skip("only for the tests that start a child process");
        switch (order[0])
        {
            case "hold":
                using (var folder = RunFolder.Open(order[1], resume: false))
                {
                    folder.Save(RunFolderTests.Manifest());
                    Thread.Sleep(Timeout.Infinite);
                }

                break;
            case "train":
                Train(order[1]);
                break;
            case nameof(CoarseRuns.DieInAnEpoch):
                CoarseRuns.DieInAnEpoch(order[1]);
                break;
            case nameof(SoftmaxRuns.DieInTheFineStage):
                SoftmaxRuns.DieInTheFineStage(order[1]);
                break;
            case nameof(CoarseRuns.DieInACheckpoint):
                CoarseRuns.DieInACheckpoint(order[1]);
                break;
            default:
                var step = Enum.Parse<AtomicStep>(order[0]);
                AtomicFile.Write(order[1], stream => stream.Write("new"u8), 3, order[1] + ".old", at =>
                {
                    if (at == step)
                        Process.GetCurrentProcess().Kill();
                });
                break;
        }
    }

    /// <summary>What a training does around its steps, without the steps.</summary>
    private static void Train(string path)
    {
        using var folder = RunFolder.Open(path, resume: true);
        var next = 0;
        using (var last = folder.Checkpoints.TryLoad(CheckpointStore.Last))
            next = last is null ? 0 : (int)last.WholeNumber("next-epoch");
        folder.Save(folder.Manifest ?? RunFolderTests.Manifest());
        using var log = RunLog.Open(folder.Layout.Log);
        var metrics = MetricsTable.Open(folder.Layout.Metrics, [5], next);
        using var board = TensorBoardWriter.Open(folder.Layout.TensorBoard, next);
        var numbers = new Dictionary<int, double> { [5] = 0.5 };
        for (var epoch = next; ; epoch++)
        {
            metrics.Put(epoch, "fixed", new MetricSummary("valid", 1, numbers, numbers));
            board.Training(epoch, 1, 2, 3);
            log.Write("epoch", ("epoch", epoch));
            folder.Checkpoints.Save(CheckpointStore.Last, [TensorEntry.Of("x", new float[50_000])], new Dictionary<string, string> { ["next-epoch"] = TrainingCheckpoint.Format(epoch + 1) });
        }
    }
}
