using System.Diagnostics;
using System.IO.Hashing;
using System.Text.Json;
using MetaEmbed.Inference;
using MetaEmbed.Serving.Items;

namespace MetaEmbed.Serving.Models;

/// <summary>From a file to a model that has answered once: what cannot serve is refused here, before any request sees it.</summary>
internal static class ModelLoader
{
    /// <summary>Loads, checks and warms.</summary>
    /// <param name="source">The file or folder, and the model's name.</param>
    /// <param name="options">How files are read, and the catalog.</param>
    /// <exception cref="UserMistakeException">The file or the catalog cannot be used.</exception>
    public static ServedModel Load(ModelSource source, ServingOptions options)
    {
        var clock = Stopwatch.StartNew();
        var state = ModelFileState.Of(source.Path);
        using var bytes = FileBytes.Read(state.Path);
        var version = ModelVerification.Check(bytes.Span, state.Path);
        var recommender = options.Load == ModelLoading.Map ? Recommender.Open(state.Path) : Recommender.Read(bytes.Span, state.Path);
        try
        {
            var items = recommender.HasItemNames ? NameTable.Of(recommender.ItemCount, recommender.ItemName) : NameTable.OfNumbers(recommender.ItemCount);
            var users = recommender.HasUserNames ? NameTable.Of(recommender.UserCount, recommender.UserName) : NameTable.OfNumbers(recommender.UserCount);
            var catalog = CatalogPath(state.Path, options) is { } path ? ItemCatalog.Read(path, items, options.CatalogItem) : null;
            Func<int, string?> title = recommender.HasItemTitles ? recommender.ItemTitle : catalog?.Titles is { } column ? column.CellOf : _ => null;
            var hasTitles = recommender.HasItemTitles || catalog?.Titles is not null;
            Warm(recommender);
            return new ServedModel(source.Name, state, recommender)
            {
                Version = version,
                Items = items,
                Users = users,
                Titles = hasTitles ? NameTable.Of(items.Count, item => title(item) ?? "") : null,
                Search = new ItemSearch(items.Count, item => (items.TextOf(item), title(item))),
                Catalog = catalog,
                Card = Card(state.Path, bytes.Span),
                LoadSeconds = clock.Elapsed.TotalSeconds,
            };
        }
        catch
        {
            recommender.Dispose();
            throw;
        }
    }

    // One list of each sort: decodes the rows, finds those that are damaged, compiles the path of a request.
    private static void Warm(Recommender recommender)
    {
        var best = new Recommendation[Math.Min(10, recommender.ItemCount)];
        recommender.Prepare();
        recommender.Popular(best);
        recommender.SimilarItems(0, best);
        if (recommender.CanFoldIn)
            recommender.RecommendFromHistory([0], best);
        if (recommender.UserCount > 0)
            recommender.Recommend(0, best);
    }

    private static string? CatalogPath(string model, ServingOptions options)
    {
        if (options.Catalog.Length > 0)
            return options.Catalog;
        var beside = Path.Combine(Path.GetDirectoryName(model)!, "catalog.csv");
        return File.Exists(beside) ? beside : null;
    }

    private static byte[]? Card(string model, ReadOnlySpan<byte> file)
    {
        try
        {
            var card = File.ReadAllBytes(Path.ChangeExtension(model, null) + ".card.json");
            using var parsed = JsonDocument.Parse(card);
            return parsed.RootElement.ValueKind == JsonValueKind.Object && parsed.RootElement.TryGetProperty("checksum", out var checksum)
                && checksum.ValueKind == JsonValueKind.String && checksum.GetString() == Convert.ToHexStringLower(XxHash128.Hash(file)) ? card : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
