using System.Globalization;

namespace MetaEmbed.Inference.Files;

/// <summary>Names and bounds of the model file format, version 1 (docs/file-format.md).</summary>
internal static class ModelFormat
{
    public const string Name = "metaembed-model";
    public const int NewestVersion = 1;
    public const string Extension = ".metaembed";

    public const int MaximumDimension = 4096;
    public const int MaximumCount = 1 << 30;

    public const string FormatKey = "format";
    public const string VersionKey = "format_version";
    public const string KindKey = "kind";
    public const string UsersKey = "users";
    public const string ItemsKey = "items";
    public const string DimensionKey = "dimension";
    public const string CodeKey = "items.code";
    public const string UserCodeKey = "users.code";
    public const string PackingKey = "items.packing";
    public const string DataNameKey = "data.name";
    public const string DataHashKey = "data.hash";
    public const string SplitSeedKey = "data.split_seed";
    public const string CutoffsKey = "data.cutoffs";
    public const string SettingsKey = "settings";
    public const string WriterKey = "writer";

    /// <summary>
    /// Most bytes that the rows of a file may take when they are decoded: no code that makes sense packs a row into less than
    /// a thousandth, so a file that announces more is a trap.
    /// </summary>
    public static long MostDecodedBytes(long fileLength) => (64L << 20) + 1024 * fileLength;

    /// <summary>Reads and checks the texts that every model file must have.</summary>
    public static ModelFileInfo Describe(Safetensors file)
    {
        if (Text(file, FormatKey) is not Name)
            throw Wrong(file, $"is no model file: its format is {SafetensorsHeader.Quote(Text(file, FormatKey) ?? "")}, not '{Name}'", "name a file that 'metaembed export' wrote");
        var version = Number(file, VersionKey, 0, int.MaxValue);
        if (version is < 1 or > NewestVersion)
            throw Wrong(file, $"has format version {version}, but this program reads 1 to {NewestVersion}", "use a newer metaembed");
        var kind = Text(file, KindKey) switch
        {
            "device" => ModelFileKind.Device,
            "table" => ModelFileKind.Table,
            "exact" => ModelFileKind.Exact,
            var other => throw Damaged(file, $"kind is {SafetensorsHeader.Quote(other ?? "")}; allowed are device, table and exact"),
        };
        return new ModelFileInfo(
            file.Name,
            file.Length,
            version,
            kind,
            Number(file, UsersKey, 0, MaximumCount),
            Number(file, ItemsKey, 1, MaximumCount),
            Number(file, DimensionKey, 1, MaximumDimension),
            kind == ModelFileKind.Exact ? "parameters" : Text(file, CodeKey) ?? "",
            file.Metadata,
            file.Tensors);
    }

    /// <summary>A whole number among the texts of the header.</summary>
    public static int Number(Safetensors file, string key, int minimum, int maximum)
    {
        var text = Text(file, key);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : throw Damaged(file, $"{key} is {SafetensorsHeader.Quote(text ?? "")}; allowed are whole numbers from {minimum} to {maximum}");
    }

    /// <summary>A text of the header, or null.</summary>
    public static string? Text(Safetensors file, string key) => file.Metadata.TryGetValue(key, out var text) ? text : null;

    /// <summary>The one answer to a file whose content contradicts itself.</summary>
    public static UserMistakeException Damaged(Safetensors file, string found) =>
        Wrong(file, found, "the file is damaged or was not written by metaembed; take another copy");

    private static UserMistakeException Wrong(Safetensors file, string found, string mend) => new(file.Name, null, found, mend);
}
