using System.Reflection;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;

namespace MetaEmbed.Experiments;

/// <summary>The settings of an options record, found by their <see cref="SettingAttribute"/>.</summary>
/// <typeparam name="TOptions">The options record.</typeparam>
public static class Settings<TOptions>
    where TOptions : class, new()
{
    /// <summary>All settings, in the order of the record.</summary>
    public static IReadOnlyList<Setting> All { get; } = Find();

    /// <summary>The setting of a name, or null.</summary>
    /// <param name="name">The name in kebab case.</param>
    public static Setting? Find(string name) => All.FirstOrDefault(setting => setting.Name == name);

    /// <summary>A copy of a record with some settings replaced; where one is given twice, the later counts.</summary>
    /// <param name="start">The record to start from, a preset's for example.</param>
    /// <param name="texts">What to replace, in order of precedence, the weakest first.</param>
    /// <exception cref="UserMistakeException">A name is unknown, a value is none or out of bounds.</exception>
    public static TOptions Apply(TOptions start, IEnumerable<SettingText> texts)
    {
        var options = new TOptions();
        foreach (var setting in All)
            setting.Copy(start, options);
        foreach (var text in texts)
        {
            var setting = Find(text.Name) ?? throw new UserMistakeException(
                text.File, text.Line, $"unknown setting '{text.Name}'", Spelling.Advice(text.Name, [.. All.Select(known => known.Name)]));
            setting.Set(options, text);
        }

        return options;
    }

    private static List<Setting> Find()
    {
        var settings = new List<Setting>();
        foreach (var property in typeof(TOptions).GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (property.GetCustomAttribute<SettingAttribute>() is { } attribute)
                settings.Add(new Setting(property, attribute));
        }

        return settings;
    }
}
