using System.Text.Json;

namespace MetaEmbed.Tests.Golden;

/// <summary>A golden trace: numbers by name. Opening one skips the test where the traces are missing.</summary>
internal sealed class GoldenFile(string name) : IDisposable
{
    private readonly JsonDocument _document = JsonDocument.Parse(File.ReadAllBytes(Shared.Require($"reference/golden/{name}.json")));

    public JsonElement Root => _document.RootElement;

    public double Number(params string[] path) => At(path).GetDouble();

    public int Count(params string[] path) => At(path).GetInt32();

    public double[] Vector(params string[] path) => Vector(At(path));

    /// <summary>A list of rows, as one array row after row.</summary>
    public double[] Matrix(params string[] path) => [.. At(path).EnumerateArray().SelectMany(Vector)];

    public int Rows(params string[] path) => At(path).GetArrayLength();

    public void Dispose() => _document.Dispose();

    private static double[] Vector(JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetDouble())];

    private JsonElement At(string[] path) => path.Aggregate(Root, (element, key) => element.GetProperty(key));
}
