using BenchmarkDotNet.Running;
using MetaEmbed.Benchmarks;
using MetaEmbed.Benchmarks.Peers;
using MetaEmbed.Benchmarks.Scale;
using MetaEmbed.Benchmarks.Serving;

// 'ranking [kernel]', 'ranking FOLDER', 'reading [FOLDER]', 'import [EVENTS]' and 'training FOLDER' print medians beside this
// machine's limits; 'partition FOLDER PARTS [SWEEPS ...]' the cut by levels and sweeps; 'import-events EVENTS FILE' writes the events of 'import'; 'scale OUT [THREADS SIZE]' tells how
// steps grow with the data, size by size, or draws that anew; 'planted FOLDER CLUSTERS SKEW SEED [USERS]' the best lists that generated data allow; 'lists MODEL' times lists of a model file; 'peers' ranks beside OnnxRuntime and OpenBLAS; 'serving MODEL [SECONDS [MINUTES [SERVER ...]]]' loads a service; 'files RUN FOLDER [CODE ...]' the size and quality of packed items; anything else goes to BenchmarkDotNet.
if (args is ["ranking"] or ["ranking", "kernel"])
    RankingBenchmarks.Run(kernelOnly: args.Length > 1);
else if (args is ["ranking", var gowalla])
    PrunedRankingBenchmarks.Run(gowalla);
else if (args is ["reading", .. var rest] && rest.Length <= 1)
    ReadingBenchmarks.Run(rest.FirstOrDefault());
else if (args is ["training", var folder])
    TrainingBenchmarks.Run(folder);
else if (args is ["partition", var graph, var parts, .. var sweeps])
    PartitionBenchmarks.Run(graph, int.Parse(parts), [.. sweeps.Select(int.Parse)]);
else if (args is ["import", .. var size] && size.Length <= 1)
    ImportBenchmarks.Run(size.Length == 0 ? 20_000_000 : int.Parse(size[0]), repeats: 3);
else if (args is ["import-events", var count, var file])
    ImportBenchmarks.WriteCsv(file, int.Parse(count));
else if (args is [ImportBenchmarks.Step, var step, var source])
    ImportBenchmarks.RunStep(step, source);
else if (args is ["scale", var into, var scaleThreads, var interactions])
    ScaleBenchmarks.Run(into, int.Parse(scaleThreads), long.Parse(interactions));
else if (args is ["scale", var drawn])
    ScaleBenchmarks.Draw(drawn);
else if (args is ["planted", var generated, var clusters, var skew, var seed, .. var sample] && sample.Length <= 1)
    PlantedBenchmarks.Run(generated, int.Parse(clusters), int.Parse(skew), long.Parse(seed), sample.Length == 0 ? 0 : int.Parse(sample[0]));
else if (args is ["serving", var model, .. var load])
    await ServingBenchmarks.Run(model, load.Length > 0 ? double.Parse(load[0]) : 10, load.Length > 1 ? double.Parse(load[1]) : 0, load.Length > 2 ? load[2..] : []);
else if (args is ["files", var run, var data, .. var codes])
    FileBenchmarks.Run(run, data, codes);
else if (args is ["lists", var users])
    ListBenchmarks.Run(users);
else if (args is ["peers"])
    PeerBenchmarks.Run();
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
