using System.Text.Json;
using System.Text.Json.Serialization;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Answers;

/// <summary>What a folder of answers holds and what it was made from; rewritten after each part, so that a batch can go on.</summary>
internal sealed record BatchManifest
{
    /// <summary>Its name in the folder.</summary>
    public const string FileName = "answers.json";

    /// <summary>Format name.</summary>
    public string Format { get; init; } = "metaembed-answers";

    /// <summary>Fingerprint of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Which users.</summary>
    public required string Users { get; init; }

    /// <summary>How many.</summary>
    public required int UserCount { get; init; }

    /// <summary>Format of the parts.</summary>
    public required string Table { get; init; }

    /// <summary>Items of a list.</summary>
    public required int Length { get; init; }

    /// <summary>Whether items already met may be in a list.</summary>
    public required bool IncludeMet { get; init; }

    /// <summary>Checksum of the items allowed; empty for all.</summary>
    public required string Allowed { get; init; }

    /// <summary>Whether popular items stand in for users unknown.</summary>
    public required bool PopularFallback { get; init; }

    /// <summary>Users of a part.</summary>
    public required int UsersPerPart { get; init; }

    /// <summary>Whether every part is there.</summary>
    public bool Finished { get; init; }

    /// <summary>The parts that are there, in order.</summary>
    public IReadOnlyList<BatchPart> Parts { get; init; } = [];

    /// <summary>Whether another manifest asks for the same lists in the same files.</summary>
    public bool Asks(BatchManifest other) => this with { Parts = [], Finished = false } == other with { Parts = [], Finished = false };

    /// <summary>Reads the manifest of a folder.</summary>
    /// <exception cref="UserMistakeException">It is damaged.</exception>
    public static BatchManifest Read(string path)
    {
        try
        {
            if (JsonSerializer.Deserialize(File.ReadAllBytes(path), BatchJson.Default.BatchManifest) is { Format: "metaembed-answers" } manifest)
                return manifest;
        }
        catch (JsonException error)
        {
            throw new UserMistakeException(path, error.LineNumber + 1, $"is damaged ({error.Message})", "remove the folder and start again", error);
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            throw new UserMistakeException(path, null, $"cannot be read ({error.Message})", "check your rights to it", error);
        }

        throw new UserMistakeException(path, null, "is no list of answers", "give --out another folder");
    }

    /// <summary>Writes it, atomically.</summary>
    public void Save(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, BatchJson.Default.BatchManifest) + "\n");
}

/// <summary>A part of a folder of answers.</summary>
/// <param name="Name">Its file.</param>
/// <param name="Users">How many users it has.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Checksum">XxHash128 of its bytes.</param>
internal sealed record BatchPart(string Name, int Users, long Bytes, string Checksum);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(BatchManifest))]
internal sealed partial class BatchJson : JsonSerializerContext;
