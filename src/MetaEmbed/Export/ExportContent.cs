using System.Globalization;
using System.Text;
using System.Text.Json;
using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Inference.Files;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export;

/// <summary>A run with its data and rows: what every kind of file is made of.</summary>
internal sealed record ExportContent(StoredRun Run, Dataset Dataset, DatasetSplit Split, EntityNames Names, TrainedRows Rows, Workers Workers) : IDisposable
{
    public CancellationToken Cancellation { get; init; }

    /// <summary>The cut-offs of the run.</summary>
    public int[] Cutoffs => Run.Options.Cutoffs;

    /// <summary>The cut-off that choices go by: 20, or the largest of the run below it.</summary>
    public int ChoiceCutoff => Cutoffs.Where(k => k <= 20).DefaultIfEmpty(Cutoffs.Min()).Max();

    /// <summary>Users that measurements rank for, as in the training; 0 for all. A run of an older version has not decided.</summary>
    public int SampleUsers => ScaledSettings.Sample(Run.Options, Dataset.UserCount, Dataset.ItemCount);

    /// <summary>Adds what every kind of file carries: where it comes from, popular items, names.</summary>
    public void Describe(ModelFileBuilder builder, bool users, int popular)
    {
        builder.Text(ModelFormat.DataNameKey, Dataset.Name);
        builder.Text(ModelFormat.DataHashKey, Dataset.ContentHash);
        builder.Text(ModelFormat.SplitSeedKey, Run.Options.SplitSeed.ToString(CultureInfo.InvariantCulture));
        builder.Text(ModelFormat.CutoffsKey, string.Join(',', Cutoffs));
        builder.Text(ModelFormat.WriterKey, "metaembed " + RunManifest.CurrentVersion);
        builder.Text(ModelFormat.SettingsKey, SettingsText());
        builder.AddPopular(Dataset.Train, popular);
        if (Names.HasItems)
            builder.AddNames("names.items", Enumerable.Range(0, Dataset.ItemCount).Select(Names.OfItem));
        if (Names.HasTitles)
            builder.AddNames("titles.items", Enumerable.Range(0, Dataset.ItemCount).Select(item => Names.TitleOf(item) ?? ""));
        if (users && Names.HasUsers)
            builder.AddNames("names.users", Enumerable.Range(0, Dataset.UserCount).Select(Names.OfUser));
    }

    public void Dispose()
    {
        Rows.Dispose();
        Workers.Dispose();
    }

    private string SettingsText()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Run.Layout.Settings));
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            document.RootElement.WriteTo(json);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
