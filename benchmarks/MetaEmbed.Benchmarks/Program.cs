using BenchmarkDotNet.Running;
using MetaEmbed.Benchmarks;

// 'ranking [kernel]', 'reading [FOLDER]' and 'training FOLDER' print medians beside this machine's limits; anything else goes to
// BenchmarkDotNet.
if (args is ["ranking", ..])
    RankingBenchmarks.Run(kernelOnly: args is [_, "kernel"]);
else if (args is ["reading", .. var rest] && rest.Length <= 1)
    ReadingBenchmarks.Run(rest.FirstOrDefault());
else if (args is ["training", var folder])
    TrainingBenchmarks.Run(folder);
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
