namespace MetaEmbed.Cli.Views;

/// <summary>Where a service that has started answers.</summary>
internal static class ServeView
{
    public static void Started(Screen screen, IEnumerable<string> urls)
    {
        if (screen.Json)
        {
            JsonLine.Write(json =>
            {
                json.WriteStartArray("urls");
                foreach (var url in urls)
                    json.WriteStringValue(url);
                json.WriteEndArray();
            });
        }
        else
        {
            foreach (var url in urls)
                screen.Text.WriteLine($"serving at {url}");
        }

        Console.Out.Flush();
    }
}
