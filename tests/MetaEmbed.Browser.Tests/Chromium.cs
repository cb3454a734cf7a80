using Microsoft.Playwright;

namespace MetaEmbed.Browser.Tests;

/// <summary>The installed chromium, shared by the tests; they are skipped where there is none.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Array.Find(Places, File.Exists) is not { } path)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    /// <summary>Opens a file, and gathers what goes wrong in it.</summary>
    /// <param name="file">The page.</param>
    /// <param name="width">Width of the window.</param>
    /// <param name="dark">Whether the screen is dark.</param>
    internal async Task<OpenPage> Open(string file, int width, bool dark)
    {
        Assert.SkipWhen(_browser is null, "chromium is not installed");
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        var page = await context.NewPageAsync();
        var opened = new OpenPage(context, page);
        await page.GotoAsync(new Uri(file).AbsoluteUri);
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

/// <summary>A page in a window of its own.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _wrong = [];

    public OpenPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _wrong.Add($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => _wrong.Add($"error: {error}");
        page.RequestFailed += (_, request) => _wrong.Add($"failed: {request.Url}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("file:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                _wrong.Add($"asked for {request.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>Console errors and warnings, failures, and requests to anywhere else.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    /// <summary>How far the page reaches beyond the window to the right, in pixels.</summary>
    public Task<int> Overflow() => Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

    /// <summary>WCAG contrast of the text of the first element that a selector finds, against the page's ground or its own.</summary>
    public Task<double> Contrast(string selector) => Page.EvaluateAsync<double>(
        """
        selector => {
          const parse = text => text.match(/[\d.]+/g).map(Number);
          const light = text => { const [r, g, b] = parse(text).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          let element = document.querySelector(selector), ground = element;
          while (ground.parentElement && parse(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
          const style = getComputedStyle(element), a = light(style.fill !== "rgb(0, 0, 0)" && element instanceof SVGElement ? style.fill : style.color), b = light(getComputedStyle(ground).backgroundColor);
          return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        }
        """, selector);

    /// <summary>Keeps a picture where METAEMBED_SCREENSHOTS names a folder.</summary>
    public async Task Keep(string name)
    {
        if (Environment.GetEnvironmentVariable("METAEMBED_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
