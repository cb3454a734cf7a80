using BenchmarkDotNet.Running;
using MetaEmbed.Benchmarks;

// 'ranking [kernel]', 'ranking FOLDER', 'reading [FOLDER]' and 'training FOLDER' print medians beside this machine's limits; anything else goes to
// BenchmarkDotNet.
if (args is ["ranking"] or ["ranking", "kernel"])
    RankingBenchmarks.Run(kernelOnly: args.Length > 1);
else if (args is ["ranking", var gowalla])
    PrunedRankingBenchmarks.Run(gowalla);
else if (args is ["reading", .. var rest] && rest.Length <= 1)
    ReadingBenchmarks.Run(rest.FirstOrDefault());
else if (args is ["training", var folder])
    TrainingBenchmarks.Run(folder);
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
