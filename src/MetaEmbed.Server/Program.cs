using System.Runtime.InteropServices;
using MetaEmbed.Inference;
using MetaEmbed.Serving;
using MetaEmbed.Serving.Hosting;

// 'metaembed serve' without the rest of the command: the same settings, from arguments and from the environment.
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    var options = new ServingOptions();
    ServingSettings.ApplyEnvironment(options);
    var models = new List<ModelSource>();
    for (var i = 0; i < args.Length; i += 2)
    {
        if (!args[i].StartsWith("--", StringComparison.Ordinal))
            throw new UserMistakeException($"'{args[i]}' is no option", "give --model FILE and settings as --NAME VALUE");
        if (i + 1 == args.Length)
            throw new UserMistakeException($"{args[i]} has no value", "give settings as --NAME VALUE");
        if (args[i] == "--model")
            models.Add(ServingSettings.Model(args[i + 1]));
        else
            ServingSettings.Set(options, args[i][2..], args[i + 1], args[i]);
    }

    if (models.Count > 0)
        options.Models = models;
    await ServingHost.RunAsync(options, urls => Console.WriteLine($"serving at {string.Join(", ", urls)}"), stop.Token);
    return 0;
}
catch (UserMistakeException mistake)
{
    Console.Error.WriteLine($"metaembed-server: {mistake.Message}");
    return 2;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
