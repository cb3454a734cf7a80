using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MetaEmbed.Export;
using Microsoft.Playwright;

namespace MetaEmbed.Serving.Tests;

/// <summary>The page at <c>/</c> in chromium.</summary>
public sealed class PageTests
{
    [Fact]
    public async Task A_history_is_built_by_keyboard_and_the_list_follows_with_reasons_in_light_and_dark()
    {
        await using var service = await Service.StartAsync((_, folder) => File.WriteAllText(Path.Combine(folder, "catalog.csv"), SmallModel.Catalog()));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Launch(playwright);
        var (page, faults) = await Open(browser, service);
        Assert.Contains("Popular", await page.Locator("#status").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("Title 59 of Group F", await page.Locator("#list .name").First.InnerTextAsync());

        // By keyboard alone: the search box, the first button below it.
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("search", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Keyboard.TypeAsync("title 14");
        await page.Locator("#found button[aria-label='Add: Title 14 of Group B']").WaitForAsync();
        await page.Keyboard.PressAsync("Tab");
        Assert.NotEqual("none", await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#list .because").First.WaitForAsync();
        Assert.Equal(["Title 14 of Group B"], await page.Locator("#history .name").AllInnerTextsAsync());
        Assert.StartsWith("Because of Title 14 of Group B", await page.Locator("#list .because").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("Group B", await page.Locator("#list .name").First.InnerTextAsync(), StringComparison.Ordinal);

        await page.Locator("#list button[aria-label^=Similar]").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#similar li").First.WaitForAsync();
        Assert.Equal("similar-title", await page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.Matches(@"^\d+\.\d ms, median \d+\.\d ms$", await page.Locator("#latency").InnerTextAsync());
        await page.Locator("#card > summary").ClickAsync();
        Assert.Contains("small", await page.Locator("#facts").InnerTextAsync(), StringComparison.Ordinal);

        var light = await Background(page);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.NotEqual(light, await Background(page));
        await page.SetViewportSizeAsync(320, 700);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));

        await page.Locator("#clear").ClickAsync();
        await page.Locator("#list .because").First.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Training_curves_of_the_card_are_drawn_and_told()
    {
        await using var service = await Service.StartAsync((options, folder) => WriteCard(Path.Combine(folder, "small.metaembed")));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Launch(playwright);
        var (page, faults) = await Open(browser, service);

        // By keyboard: the card, in it the table behind the picture.
        await page.Locator("#card > summary").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var curves = page.Locator("#curves svg[role=img]");
        await curves.First.WaitForAsync();
        Assert.Equal(2, await curves.CountAsync());
        Assert.Equal(
            "Validation by epoch, coarse stage: NDCG@20 from 0.0500 to 0.0900 at epoch 4, the best of 4.", await curves.First.GetAttributeAsync("aria-label"));
        Assert.Equal(8, await curves.First.Locator("circle").CountAsync());
        Assert.Equal("Recall@20 0.1700, epoch 6, updating", await curves.First.Locator("circle.recall title").Last.TextContentAsync());
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal(["4", "fixed", "0.09000", "0.18000"], await page.Locator("#curves table").First.Locator("tbody tr").Nth(2).Locator("td").AllInnerTextsAsync());

        // A higher value stands higher, a later epoch further right.
        var points = (await curves.First.Locator("polyline.ndcg").GetAttributeAsync("points"))!.Split(' ').Select(point => point.Split(',').Select(double.Parse).ToArray()).ToArray();
        Assert.Equal(points.OrderBy(point => point[0]), points);
        Assert.True(points[2][1] < points[0][1]);

        foreach (var dark in new[] { false, true })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });
            foreach (var text in new[] { ".curve .label.ndcg", ".curve .label.recall", ".curve text" })
                Assert.True(await Contrast(page, text) >= 4.5, $"the contrast of {text} is {await Contrast(page, text):F2}");
            await Keep(page, $"serve-card-{(dark ? "dark" : "light")}");
        }

        await page.SetViewportSizeAsync(320, 700);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        Assert.Empty(faults);
    }

    [Fact]
    public async Task A_card_without_curves_draws_none()
    {
        await using var service = await Service.StartAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Launch(playwright);
        var (page, faults) = await Open(browser, service);
        await page.Locator("#card > summary").ClickAsync();
        await page.Locator("#facts dt").First.WaitForAsync();
        Assert.False(await page.Locator("#curves").IsVisibleAsync());
        Assert.Empty(faults);
    }

    [Fact]
    public async Task The_page_asks_for_a_key_where_the_service_does()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("open sesame")));
        await using var service = await Service.StartAsync((options, folder) =>
        {
            options.Keys = Path.Combine(folder, "keys");
            File.WriteAllText(options.Keys, "read page " + hash);
        });
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Launch(playwright);
        var page = await browser.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        await page.GotoAsync(service.Client.BaseAddress!.ToString());
        await page.Locator("#key").FillAsync("open sesame");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#list li").First.WaitForAsync();
        Assert.False(await page.Locator("#key-form").IsVisibleAsync());
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length + sessionStorage.length"));
    }

    private static void WriteCard(string model)
    {
        var checksum = Convert.ToHexStringLower(System.IO.Hashing.XxHash128.Hash(File.ReadAllBytes(model)));
        CardCurve[] curves =
        [
            new("coarse", 20, [new(0, "fixed", 0.05, 0.1), new(2, "fixed", 0.08, 0.16), new(4, "fixed", 0.09, 0.18), new(6, "updating", 0.085, 0.17)]),
            new("fine", 20, [new(0, "fixed", 0.09, 0.18)]),
        ];
        File.WriteAllText(Path.ChangeExtension(model, null) + ".card.json", JsonSerializer.Serialize(new { checksum, dataset = "small", curves }, JsonSerializerOptions.Web));
    }

    private static Task<double> Contrast(IPage page, string selector) => page.EvaluateAsync<double>(
        """
        selector => {
          const parse = text => text.match(/[\d.]+/g).map(Number);
          const light = text => { const [r, g, b] = parse(text).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const element = document.querySelector(selector), a = light(getComputedStyle(element).fill), b = light(getComputedStyle(document.querySelector('#card')).backgroundColor);
          return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        }
        """, selector);

    // A picture, where METAEMBED_SCREENSHOTS names a folder.
    private static async Task Keep(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("METAEMBED_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    private static async Task<IBrowser> Launch(IPlaywright playwright)
    {
        var chromium = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);
        Assert.SkipUnless(chromium is not null, "chromium is not installed");
        return await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    private static async Task<(IPage Page, List<string> Faults)> Open(IBrowser browser, Service service)
    {
        var page = await browser.NewPageAsync(new() { ColorScheme = ColorScheme.Light });
        var faults = new List<string>();
        page.PageError += (_, text) => faults.Add(text);
        page.Console += (_, message) => faults.AddRange(message.Type == "error" ? [message.Text] : []);
        page.SetDefaultTimeout(20_000);
        await page.GotoAsync(service.Client.BaseAddress!.ToString());
        await page.Locator("#list li").First.WaitForAsync();
        return (page, faults);
    }

    private static Task<string> Background(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
}
