using MetaEmbed.Inference;

namespace MetaEmbed.Interchange.Tests;

/// <summary>The kept samples of model files, and a folder for what is made of them.</summary>
internal sealed class Sample : IDisposable
{
    public Sample(string kind) => Model = Recommender.Open(Path(kind));

    public Recommender Model { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("metaembed-").FullName;

    public string this[string name] => System.IO.Path.Combine(Folder, name);

    public static string Path(string kind) => System.IO.Path.Combine(AppContext.BaseDirectory, "Samples", $"v1-{kind}.metaembed");

    public float[] ItemRow(int item)
    {
        var row = new float[Model.Info.Dimension];
        Model.CopyItemRow(item, row);
        return row;
    }

    public float[] UserRow(int user)
    {
        var row = new float[Model.Info.Dimension];
        Model.CopyUserRow(user, row);
        return row;
    }

    public void Dispose()
    {
        Model.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
