using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Inference;
using MetaEmbed.Serving;
using MetaEmbed.Serving.Hosting;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed serve</c>: an HTTP API over model files.</summary>
internal static class ServeCommand
{
    public static Command Build(CancellationToken interruption)
    {
        var models = new Option<string[]>("--model")
        {
            Description = "A model file, or a folder whose newest one counts; NAME=FILE to serve several side by side, the first answers where none is named.",
            HelpName = "FILE",
        };
        var defaults = new ServingOptions();
        var settings = ServingSettings.All.ToDictionary(setting => setting, setting => new Option<string>("--" + setting.Name)
        {
            Description = setting.Read(defaults) is { Length: > 0 } value ? $"{setting.Description} ({value})" : setting.Description,
            HelpName = setting.Allowed.Contains("number", StringComparison.Ordinal) ? "N" : "VALUE",
        });
        var json = CommonOptions.Json();
        var command = new Command("serve", "Answers requests for recommendations over HTTP.");
        command.Add(models);
        foreach (var option in settings.Values)
            command.Add(option);
        command.Add(json);
        command.WithExamples(
            "metaembed serve --model shop.metaembed",
            "metaembed serve --model shop.metaembed --port 9000 --events shop-events --catalog products.csv",
            "metaembed serve --model a=old.metaembed --model b=new.metaembed --keys keys.txt --host 0.0.0.0");
        command.SetAction(parsed =>
        {
            interruption.ThrowIfCancellationRequested();
            var options = new ServingOptions();
            ServingSettings.ApplyEnvironment(options);
            foreach (var (setting, option) in settings)
            {
                if (parsed.GetResult(option) is { Implicit: false } && parsed.GetValue(option) is { } value)
                    ServingSettings.Set(options, setting.Name, value, option.Name);
            }

            if (parsed.GetValue(models) is { Length: > 0 } named)
                options.Models = [.. named.Select(ServingSettings.Model)];
            if (options.Models.Count == 0)
                throw new UserMistakeException("no model is given", "name a model file with --model; 'metaembed export' writes one");
            var screen = Screen.Open(parsed.GetValue(json));
            ServingHost.RunAsync(options, urls => ServeView.Started(screen, urls), interruption).GetAwaiter().GetResult();
            return ExitCodes.Done;
        });
        return command;
    }
}
