using BenchmarkDotNet.Running;
using MetaEmbed.Benchmarks;

// 'ranking' prints medians beside this machine's limits; anything else goes to BenchmarkDotNet.
if (args is ["ranking"])
    RankingBenchmarks.Run();
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
