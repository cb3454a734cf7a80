using System.Text.Json;
using MetaEmbed.Inference;
using MetaEmbed.Storage;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>
/// The settings that a run was started with: <c>settings.json</c>, by stage, under the names of the command line.
/// A value is the text of the command line; numbers, true, false and lists of numbers are written as such.
/// </summary>
public static class RunSettings
{
    /// <summary>The texts by name of an options record, for <see cref="RunFolder.UseSettings"/>.</summary>
    /// <typeparam name="TOptions">The options record.</typeparam>
    /// <param name="options">The options.</param>
    public static IReadOnlyDictionary<string, string> Of<TOptions>(TOptions options)
        where TOptions : class, new()
    {
        return Settings<TOptions>.All.ToDictionary(setting => setting.Name, setting => setting.Text(options));
    }

    /// <summary>Writes the file, atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stages">For each stage the texts by name, in the order to be written.</param>
    /// <exception cref="UserMistakeException">It cannot be written.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> stages)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            foreach (var (stage, settings) in stages)
            {
                json.WriteStartObject(stage);
                foreach (var (name, text) in settings)
                {
                    json.WritePropertyName(name);
                    WriteValue(json, text);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        AtomicFile.Write(path, buffer.ToArray());
    }

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>For each stage the texts by name, as they were given to <see cref="Write"/>.</returns>
    /// <exception cref="UserMistakeException">It is missing or damaged.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.EnumerateObject().ToDictionary(
                stage => stage.Name,
                stage => (IReadOnlyDictionary<string, string>)stage.Value.EnumerateObject().ToDictionary(s => s.Name, s => ReadValue(s.Value)));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new UserMistakeException(path, (error as JsonException)?.LineNumber + 1, "are no settings of a run", "restore the file from a copy, or start the run in another folder", error);
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            throw new UserMistakeException(path, null, $"cannot be read ({error.Message})", "name the folder of a run", error);
        }
    }

    /// <summary>
    /// Refuses to resume a stage with settings that would not go on with the same run. A setting that an older version of the program
    /// did not know counts as its default, which does what was done before there was the setting.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="stage">The stage; one that the file does not have is accepted, as is a missing file.</param>
    /// <param name="settings">The texts by name of now.</param>
    /// <param name="free">Names that may change between sessions, such as max-epochs.</param>
    /// <exception cref="UserMistakeException">Another one differs; the first is named with both values.</exception>
    public static void RequireSame(string path, string stage, IReadOnlyDictionary<string, string> settings, params IReadOnlyCollection<string> free)
    {
        if (!File.Exists(path) || !Read(path).TryGetValue(stage, out var before))
            return;
        var defaults = stage switch
        {
            TrainingStages.Coarse => Of(new CoarseTrainingOptions()),
            TrainingStages.Fine => Of(new FineTrainingOptions()),
            _ => new Dictionary<string, string>(),
        };
        foreach (var name in before.Keys.Union(settings.Keys).Where(name => !free.Contains(name)))
        {
            var old = before.GetValueOrDefault(name) ?? defaults.GetValueOrDefault(name);
            var now = settings.GetValueOrDefault(name);
            if (old == now)
                continue;
            throw new UserMistakeException(path, null,
                $"the run was started with {Shown(name, old)}, now it is {Shown(name, now)}", "resume with the settings it was started with, or give another --run folder");
        }
    }

    private static string Shown(string name, string? text) => text is null ? $"no {name}" : $"{name} {text}";

    private static void WriteValue(Utf8JsonWriter json, string text)
    {
        var parts = text.Split(',');
        if (parts.Length > 1 && parts.All(IsNumber))
            json.WriteRawValue($"[{string.Join(", ", parts)}]");
        else if (text is "true" or "false" || IsNumber(text))
            json.WriteRawValue(text);
        else
            json.WriteStringValue(text);
    }

    private static string ReadValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(ReadValue)),
        _ => value.GetRawText(),
    };

    /// <summary>Whether a text is a number to JSON too; +1, .5, 007 and NaN are not.</summary>
    private static bool IsNumber(string text)
    {
        if (text.Length == 0 || text.Any(letter => !char.IsAsciiDigit(letter) && letter is not ('-' or '+' or '.' or 'e' or 'E')))
            return false;
        var reader = new Utf8JsonReader(System.Text.Encoding.ASCII.GetBytes(text));
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.Number && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
