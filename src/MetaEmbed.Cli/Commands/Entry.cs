using System.CommandLine;
using System.Runtime.InteropServices;
using MetaEmbed.Cli.Views;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Commands;

/// <summary>From arguments to an exit code: parse, run one command, and turn what goes wrong into one line.</summary>
internal static class Entry
{
    public static int Run(string[] args)
    {
        using var interruption = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            var root = CommandTree.Build(interruption.Token);
            Mistyping.Check(root, args);
            var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            ParseMistakes.Check(parsed);
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UserMistakeException mistake)
        {
            FailureView.Mistake(mistake);
            return ExitCodes.Mistake;
        }
        catch (OperationCanceledException)
        {
            FailureView.Interrupted();
            return ExitCodes.Interrupted;
        }
        catch (Exception bug)
        {
            FailureView.Bug(bug, args);
            return ExitCodes.Bug;
        }

        // The first signal asks the work to stop at the next safe place; a second one ends the process at once.
        void Stop(PosixSignalContext context)
        {
            if (interruption.IsCancellationRequested)
                Environment.Exit(ExitCodes.Interrupted);
            context.Cancel = true;
            interruption.Cancel();
        }
    }
}
