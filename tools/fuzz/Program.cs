using MetaEmbed.Inference;
using SharpFuzz;

// Fed by afl-fuzz (run.sh): each input is a model file, opened and asked everything. Anything but a UserMistakeException, a
// score that is not finite, or more memory than the file explains, is a finding. With files as arguments: runs each once.
const long MostAllocated = 32 << 20;

if (args.Length > 0)
{
    foreach (var path in args)
        Use(File.ReadAllBytes(path));
    return;
}

Fuzzer.OutOfProcess.Run(stream =>
{
    using var file = new MemoryStream();
    stream.CopyTo(file);
    Use(file.ToArray());
});

static void Use(byte[] file)
{
    var before = GC.GetAllocatedBytesForCurrentThread();
    try
    {
        using var model = Recommender.Read(file, "fuzzed");
        var best = new Recommendation[5];
        var last = model.ItemCount - 1;
        Finite(best, model.Popular(best));
        _ = model.FindItem("item");
        _ = model.ItemName(last);
        _ = model.ItemTitle(0);
        Finite(best, model.SimilarItems(last, best));
        if (model.UserCount > 0)
        {
            _ = model.UserName(0);
            Finite(best, model.Recommend(model.UserCount - 1, best));
        }

        Finite(best, model.RecommendFromHistory([0, last], best, new ItemFilter { IncludeHistory = true }));
    }
    catch (UserMistakeException)
    {
        // Refused in one line, as it must be.
    }

    // Decoded rows lie outside of the collector's heap; the format bounds them by the length of the file.
    var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
    if (allocated > MostAllocated)
        throw new InvalidOperationException($"{allocated} bytes for a file of {file.Length}");
}

static void Finite(Recommendation[] best, int count)
{
    for (var i = 0; i < count; i++)
    {
        if (!float.IsFinite(best[i].Score))
            throw new InvalidOperationException($"score {best[i].Score}");
    }
}
