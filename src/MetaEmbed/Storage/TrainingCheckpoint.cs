using System.Globalization;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Storage;

/// <summary>
/// A checkpoint that was read and whose checksum is right: named tensors, spans over the mapped file, and texts.
/// Copy out what is needed and dispose it before the next one of its name is saved.
/// </summary>
internal sealed class TrainingCheckpoint : IDisposable
{
    private readonly Safetensors _file;

    internal TrainingCheckpoint(string name, Safetensors file, string? notice)
    {
        Name = name;
        _file = file;
        Notice = notice;
    }

    /// <summary>Its name in the store.</summary>
    public string Name { get; }

    /// <summary>The file it was read from.</summary>
    public string Path => _file.Name;

    /// <summary>Why this is the version before the last one: what is wrong with the last; null mostly.</summary>
    public string? Notice { get; }

    /// <summary>The tensors, in the order they were saved in.</summary>
    public IReadOnlyList<TensorInfo> Tensors => _file.Tensors;

    /// <summary>The texts that were saved.</summary>
    public IReadOnlyDictionary<string, string> Texts => _file.Metadata;

    /// <inheritdoc cref="Safetensors.Values{T}"/>
    public ReadOnlySpan<T> Values<T>(string tensor, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        return _file.Values<T>(tensor, shape);
    }

    /// <summary>A text that must be there.</summary>
    /// <exception cref="UserMistakeException">It is not.</exception>
    public string Text(string key)
    {
        return Texts.TryGetValue(key, out var text)
            ? text
            : throw new UserMistakeException(Path, null, $"has no entry '{key}'", "it was written by another version, or is no checkpoint of a training");
    }

    /// <summary>A whole number that must be there.</summary>
    /// <exception cref="UserMistakeException">It is not.</exception>
    public long WholeNumber(string key)
    {
        return long.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw NoNumber(key);
    }

    /// <summary>A number that must be there; every bit comes back as it was saved with <see cref="Format(double)"/>.</summary>
    /// <exception cref="UserMistakeException">It is not.</exception>
    public double Number(string key)
    {
        return double.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw NoNumber(key);
    }

    /// <summary>A number as a text that <see cref="Number"/> reads back to the same value.</summary>
    public static string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A whole number as a text that <see cref="WholeNumber"/> reads back.</summary>
    public static string Format(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Closes the file; spans over it are void from here on.</summary>
    public void Dispose() => _file.Dispose();

    private UserMistakeException NoNumber(string key)
    {
        return new UserMistakeException(Path, null, $"entry '{key}' is no such number", "the checkpoint was written by another version");
    }
}
