using System.Security.Cryptography;
using System.Text;
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
        await page.Locator("summary").ClickAsync();
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
