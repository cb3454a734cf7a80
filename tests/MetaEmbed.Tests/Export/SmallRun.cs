using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Tests.Experiments;

namespace MetaEmbed.Tests.Export;

/// <summary>One small trained run with names, shared by the tests of model files.</summary>
public sealed class SmallRun : IDisposable
{
    public SmallRun()
    {
        Data = CoarseRuns.Data(Root);
        Dataset = DatasetFolder.Open(Data);
        EntityNames.Write(Path.Combine(Data, EntityNames.ItemFile), [.. Enumerable.Range(0, Dataset.ItemCount).Select(item => item % 7 == 0 ? "" : $"item ü{item}")]);
        EntityNames.Write(Path.Combine(Data, EntityNames.UserFile), [.. Enumerable.Range(0, Dataset.UserCount).Select(user => $"user {user}")]);
        CoarseRuns.Train(Root, "run", CoarseRuns.Options);
        Run = Path.Combine(Root, "run");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("metaembed-").FullName;

    public string Data { get; }

    public string Run { get; }

    internal Dataset Dataset { get; }

    internal StoredRun Open() => StoredRun.Open(Run);

    public string this[string name] => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
