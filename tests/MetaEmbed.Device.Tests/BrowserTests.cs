using System.Text.RegularExpressions;
using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Shared.Tests;
using Microsoft.Playwright;

namespace MetaEmbed.Device.Tests;

/// <summary>The page of samples/browser in chromium, with a model of the demo's packages of Debian.</summary>
public sealed partial class BrowserTests : IDisposable
{
    private static readonly float Patience = (float)TimeSpan.FromMinutes(1).TotalMilliseconds;

    private readonly string _folder = Directory.CreateTempSubdirectory("metaembed-").FullName;

    [Fact]
    public async Task The_page_recommends_as_the_library_does_by_keyboard_and_mouse_in_light_and_dark()
    {
        var chromium = Programs.Find("chromium");
        Assert.SkipUnless(chromium is not null, "chromium is not installed");
        Programs.Publish("samples/browser", Path.Combine(_folder, "page"));
        var site = Path.Combine(_folder, "page", "wwwroot");
        using var model = Train(Path.Combine(site, "model.metaembed"));
        using var files = new StaticFiles(site);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox", "--disable-gpu"] });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1000, Height = 1000 } });
        var faults = new List<string>();
        page.PageError += (_, text) => faults.Add(text);
        page.Console += (_, message) => faults.AddRange(message.Type == "error" ? [message.Text] : []);
        page.SetDefaultTimeout(Patience);
        await page.GotoAsync(files.Address);
        await page.Locator("#search:enabled").WaitForAsync();

        // Nothing known: what is popular. The status tells size and time.
        Assert.Equal(Expected(model), await Listed(page));
        Assert.Matches(Status(), await page.Locator("#status").InnerTextAsync());
        Assert.Contains($"{model.Info.Bytes:N0} bytes, {model.ItemCount:N0} items", await page.Locator("#status").InnerTextAsync(), StringComparison.Ordinal);

        // By keyboard: a name into the box, the second match by an arrow, Enter.
        var item = model.FindItem("libc6");
        Assert.True(item >= 0);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("LIBC6");
        await page.Locator("#matches li").First.WaitForAsync();
        Assert.Equal("libc6", await page.Locator("#matches li[aria-selected=true]").InnerTextAsync());
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal(["libc6"], await page.Locator("#history li span").AllInnerTextsAsync());
        Assert.Equal(Expected(model, item), await Listed(page));

        // By mouse: the third of the list joins the history, and leaves it again.
        var third = model.FindItem(Expected(model, item)[2]);
        await page.Locator("#list button").Nth(2).ClickAsync();
        Assert.Equal(Expected(model, item, third), await Listed(page));
        await Picture(page, "light");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.NotEqual("rgb(255, 255, 255)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        await Picture(page, "dark");
        await page.SetViewportSizeAsync(380, 900);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await Picture(page, "narrow");
        await page.Locator("#history button").First.ClickAsync();
        Assert.Equal(Expected(model, item), await Listed(page));

        // A file that is none is told in one line, and the one before stays.
        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "broken.metaembed", MimeType = "application/octet-stream", Buffer = [1, 2, 3] });
        await page.Locator("#status.mistake").WaitForAsync();
        Assert.StartsWith("broken.metaembed: has 3 bytes", await page.Locator("#status").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(faults);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<IReadOnlyList<string>> Listed(IPage page) => await page.Locator("#list .name").AllInnerTextsAsync();

    private static List<string> Expected(Recommender model, params int[] history)
    {
        var best = new Recommendation[20];
        return [.. best.Take(model.RecommendFromHistory(history, best)).Select(entry => model.ItemTitle(entry.Item) ?? model.ItemName(entry.Item))];
    }

    // For eyes: METAEMBED_PICTURES names a folder that gets what the page looks like.
    private static async Task Picture(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("METAEMBED_PICTURES") is { } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"browser-{name}.png") });
    }

    private Recommender Train(string file)
    {
        var data = Path.Combine(_folder, DemoDataset.Name);
        DemoDataset.WriteTo(data);
        var run = Path.Combine(_folder, "run");
        TrainingRun.Execute(new TrainRequest(data, run, Presets.Demo.Name, Presets.Demo.Coarse! with { MaxEpochs = 2, Dimension = 32 }, 2, Resume: false));
        ModelExport.Execute(new ExportRequest(run, file, ModelFileKind.Device) { Code = "int8" });
        return Recommender.Open(file);
    }

    [GeneratedRegex(@"^model\.metaembed: [\d,]+ bytes, [\d,]+ items, opened in \d+ ms; list in [\d.]+ ms$")]
    private static partial Regex Status();
}
