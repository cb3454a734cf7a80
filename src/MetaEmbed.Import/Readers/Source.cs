using MetaEmbed.Data.Events;
using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Sources;

namespace MetaEmbed.Import.Readers;

/// <summary>A source whose format and columns are known, ready to be read once.</summary>
internal abstract class Source(SourceFile file, SourceFormat format, ChosenColumns columns) : IEventSource
{
    public SourceFile File { get; } = file;

    public SourceFormat Format { get; } = format;

    public ChosenColumns Columns { get; } = columns;

    public bool IsTest { get; init; } = SourceFormats.SaysTest(file.Path) == true;

    /// <summary>Which columns besides user and item are read; set once all sources are known.</summary>
    public ColumnNeeds Needs { get; set; } = new(false, false, false);

    public void Read(Action<EventBatch> take, RejectedRows rejected)
    {
        var intake = new RowIntake(File.Name, Needs, take, rejected);
        Compression.Guard(File.Name, () => Read(intake));
        intake.Flush();
    }

    /// <summary>Hands every row to the intake.</summary>
    protected abstract void Read(RowIntake intake);
}
