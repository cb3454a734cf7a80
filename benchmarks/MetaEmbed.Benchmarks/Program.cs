using BenchmarkDotNet.Running;
using MetaEmbed.Benchmarks;

// 'ranking [kernel]' and 'reading [FOLDER]' print medians beside this machine's limits; anything else goes to
// BenchmarkDotNet.
if (args is ["ranking", ..])
    RankingBenchmarks.Run(kernelOnly: args is [_, "kernel"]);
else if (args is ["reading", .. var rest] && rest.Length <= 1)
    ReadingBenchmarks.Run(rest.FirstOrDefault());
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
