using MetaEmbed.Cli.Tests;
using Microsoft.Playwright;

namespace MetaEmbed.Browser.Tests;

/// <summary>The report and the comparison as people see them.</summary>
public sealed class ReportTests(ShopRun shop, Chromium chromium) : IClassFixture<ShopRun>, IClassFixture<Chromium>
{
    private static readonly string[] Texts = ["h1", "header p", "th", "td", "td small", "td.n", ".tile b", ".tile span", "nav a", "pre", ".bars span"];

    private string Report => Path.Combine(shop.Run, "report.html");

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task The_report_is_whole_and_readable(int width, bool dark)
    {
        await using var opened = await chromium.Open(Report, width, dark);
        await opened.Keep($"report-{width}-{(dark ? "dark" : "light")}");
        Assert.Empty(opened.Wrong);
        Assert.InRange(await opened.Overflow(), 0, 0);
        foreach (var text in Texts)
            Assert.True(await opened.Contrast(text) >= 4.5, $"the contrast of {text} is {await opened.Contrast(text):F2}");
        foreach (var part in new[] { "quality", "curves", "users", "lists", "codebook", "map", "samples", "run" })
            Assert.True(await opened.Page.Locator($"section#{part}").IsVisibleAsync(), part);

        // Of the curves, which are drawn twice, the ones for this screen are shown.
        Assert.Equal(dark, await opened.Page.Locator(".night").First.IsVisibleAsync());
        Assert.Equal(!dark, await opened.Page.Locator(".day").First.IsVisibleAsync());
        var dots = opened.Page.Locator("#map circle");
        Assert.Equal(60, await dots.EvaluateAllAsync<int>("all => all.filter(dot => dot.querySelector('title')).length"));
        Assert.True(await opened.Page.Locator("#map text").CountAsync() > 3);
    }

    [Fact]
    public async Task On_paper_it_is_light_even_from_a_dark_screen()
    {
        await using var opened = await chromium.Open(Report, 1000, dark: true);
        Assert.Equal("rgb(21, 25, 30)", await Ground(opened.Page));
        await opened.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.Equal("rgb(255, 255, 255)", await Ground(opened.Page));
        Assert.False(await opened.Page.Locator("nav").IsVisibleAsync());
        Assert.True(await opened.Page.Locator(".day").First.IsVisibleAsync());
        var pdf = await opened.Page.PdfAsync(new PagePdfOptions { Format = "A4", PrintBackground = true });
        Assert.Equal("%PDF"u8.ToArray(), pdf[..4]);
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(390, true)]
    public async Task The_comparison_is_whole_and_readable(int width, bool dark)
    {
        var page = shop.Folder["compare.html"];
        if (!File.Exists(page))
        {
            var other = shop.Folder["knn"];
            Assert.Equal(0, Metaembed.Run("baseline", "item-knn", "--data", shop.Data, "--run", other).Code);
            var compared = Metaembed.Run("compare", other, shop.Run, "--out", page);
            Assert.True(compared.Code == 0, compared.Error);
        }

        await using var opened = await chromium.Open(page, width, dark);
        await opened.Keep($"compare-{width}-{(dark ? "dark" : "light")}");
        Assert.Empty(opened.Wrong);
        Assert.InRange(await opened.Overflow(), 0, 0);
        foreach (var text in new[] { "h1", "header p", "th", "td", "td.n", ".bars span" })
            Assert.True(await opened.Contrast(text) >= 4.5, $"the contrast of {text} is {await opened.Contrast(text):F2}");
        foreach (var part in new[] { "quality", "tests", "users", "lists", "settings" })
            Assert.True(await opened.Page.Locator($"section#{part}").IsVisibleAsync(), part);
    }

    private static Task<string> Ground(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
}
