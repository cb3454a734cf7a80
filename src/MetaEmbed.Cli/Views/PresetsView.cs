using MetaEmbed.Experiments;

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

        foreach (var preset in presets)
        {
            screen.Text.WriteLine(preset.Name);
            screen.Text.WriteLine("    " + preset.Description);
            screen.Text.WriteLine("    coarse: " + Changes(preset.Coarse));
            screen.Text.WriteLine("    fine: " + Changes(preset.Fine));
        }
    }

    private static string Changes<TOptions>(TOptions options)
        where TOptions : class, new()
    {
        var defaults = new TOptions();
        var changes = Settings<TOptions>.All
            .Where(setting => setting.Text(options) != setting.Text(defaults))
            .Select(setting => $"{setting.Name} {setting.Text(options)}")
            .ToArray();
        return changes.Length == 0 ? "the defaults of docs/settings.md" : string.Join(", ", changes);
    }

    private static void Write(IReadOnlyList<Preset> presets) => JsonLine.Write(json =>
    {
        json.WriteStartArray("presets");
        foreach (var preset in presets)
        {
            json.WriteStartObject();
            json.WriteString("name", preset.Name);
            json.WriteString("description", preset.Description);
            Stage(TrainingStages.Coarse, preset.Coarse);
            Stage(TrainingStages.Fine, preset.Fine);
            json.WriteEndObject();
        }

        json.WriteEndArray();

        void Stage<TOptions>(string stage, TOptions options)
            where TOptions : class, new()
        {
            json.WriteStartObject(stage);
            foreach (var setting in Settings<TOptions>.All)
                json.WriteString(setting.Name, setting.Text(options));
            json.WriteEndObject();
        }
    });
}
