using MetaEmbed.Inference;
using MetaEmbed.Storage;
using Parquet;
using Parquet.Schema;

namespace MetaEmbed.Interchange;

/// <summary>
/// The vectors of a model file as Apache Parquet: <c>items.parquet</c> and, where users are known, <c>users.parquet</c>. Columns:
/// <c>id</c> int32, <c>name</c> and <c>title</c> where the file has them, <c>bias</c> float (items), <c>vector</c> list of d floats.
/// </summary>
public static class ParquetFiles
{
    private const int NumbersOfGroup = 1 << 23;

    /// <summary>Writes the files.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Gets the files; made where it is missing.</param>
    /// <returns>Their paths.</returns>
    /// <exception cref="UserMistakeException">A file cannot be written, or a row of the model is damaged.</exception>
    public static IReadOnlyList<string> Write(Recommender model, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        OutputFolder.Make(folder);
        var items = Path.Combine(folder, "items.parquet");
        Table(items, model.ItemCount, model.Info.Dimension, model.CopyItemRow, model.ItemBias, model.HasItemNames ? model.ItemName : null, model.HasItemTitles ? item => model.ItemTitle(item) ?? "" : null);
        if (model.UserCount == 0)
            return [items];
        var users = Path.Combine(folder, "users.parquet");
        Table(users, model.UserCount, model.Info.Dimension, model.CopyUserRow, null, model.HasUserNames ? model.UserName : null, null);
        return [items, users];
    }

    private delegate void RowSource(int row, Span<float> target);

    private static void Table(string path, int rows, int d, RowSource vector, Func<int, float>? bias, Func<int, string>? name, Func<int, string>? title)
    {
        var element = new DataField<float>("element");
        var fields = new List<Field> { new DataField<int>("id") };
        if (name is not null)
            fields.Add(new DataField<string>("name"));
        if (title is not null)
            fields.Add(new DataField<string>("title"));
        if (bias is not null)
            fields.Add(new DataField<float>("bias"));
        fields.Add(new ListField("vector", element));
        var schema = new ParquetSchema(fields);
        AtomicFile.Write(path, stream => Task.Run(async () =>
        {
            await using var writer = await ParquetWriter.CreateAsync(schema, stream);
            var block = Math.Max(1, NumbersOfGroup / d);
            for (var first = 0; first < rows; first += block)
            {
                var count = Math.Min(block, rows - first);
                using var group = writer.CreateRowGroup();
                var ids = Enumerable.Range(first, count).ToArray();
                var column = 0;
                await group.WriteAsync<int>((DataField)fields[column++], ids);
                if (name is not null)
                    await group.WriteAsync((DataField)fields[column++], ids.Select(name).ToArray());
                if (title is not null)
                    await group.WriteAsync((DataField)fields[column++], ids.Select(title).ToArray());
                if (bias is not null)
                    await group.WriteAsync<float>((DataField)fields[column], ids.Select(bias).ToArray());
                var values = new float[count * d];
                for (var i = 0; i < count; i++)
                    vector(first + i, values.AsSpan(i * d, d));
                // Every list is there and every element in it; a list starts where the repetition level is 0.
                var definitions = new int[values.Length];
                Array.Fill(definitions, element.MaxDefinitionLevel);
                var repetitions = new int[values.Length];
                for (var i = 0; i < repetitions.Length; i++)
                    repetitions[i] = i % d == 0 ? 0 : element.MaxRepetitionLevel;
                await group.WriteAllPartsAsync<float>(element, values, definitions, repetitions, CancellationToken.None);
                group.CompleteValidate();
            }
        }).GetAwaiter().GetResult());
    }
}
