using MetaEmbed.Experiments;
using MetaEmbed.Training;

namespace MetaEmbed.Cli.Views;

/// <summary>The presets, with what each one changes.</summary>
internal static class PresetsView
{
    public static void Show(Screen screen, IReadOnlyList<Preset> presets)
    {
        if (screen.Json)
        {
            Write(presets);
            return;
        }

        var defaults = new CoarseTrainingOptions();
        foreach (var preset in presets)
        {
            screen.Text.WriteLine(preset.Name);
            screen.Text.WriteLine("    " + preset.Description);
            var changes = Settings<CoarseTrainingOptions>.All
                .Where(setting => setting.Text(preset.Coarse) != setting.Text(defaults))
                .Select(setting => $"{setting.Name} {setting.Text(preset.Coarse)}")
                .ToArray();
            screen.Text.WriteLine("    " + (changes.Length == 0 ? "the defaults of docs/settings.md" : string.Join(", ", changes)));
        }
    }

    private static void Write(IReadOnlyList<Preset> presets) => JsonLine.Write(json =>
    {
        json.WriteStartArray("presets");
        foreach (var preset in presets)
        {
            json.WriteStartObject();
            json.WriteString("name", preset.Name);
            json.WriteString("description", preset.Description);
            json.WriteStartObject("coarse");
            foreach (var setting in Settings<CoarseTrainingOptions>.All)
                json.WriteString(setting.Name, setting.Text(preset.Coarse));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
