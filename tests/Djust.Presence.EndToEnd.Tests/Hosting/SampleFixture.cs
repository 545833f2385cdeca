using Microsoft.Playwright;
using Xunit;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>One sample and one browser for the tests of a class. Each visitor is a browser context, each test has a page of its own.</summary>
public abstract class SampleFixture(string sample) : IAsyncLifetime
{
    /// <summary>For failures only; nothing depends on how soon something comes true.</summary>
    private const float DeadlineMilliseconds = 20_000;

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    /// <summary>Playwright turns the back/forward cache off, which users have.</summary>
    private static readonly string[] NotArguments = ["--disable-back-forward-cache"];

    private IPlaywright _playwright = null!;
    private SampleProcess _process = null!;

    public IBrowser Browser { get; private set; } = null!;

    public Uri Url => _process.Url;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(DeadlineMilliseconds);
        _process = await SampleProcess.StartAsync(sample);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = Arguments,
            IgnoreDefaultArgs = NotArguments,
        });
    }

    public async Task<Visitor> VisitorAsync(Action<BrowserNewContextOptions>? configure = null)
    {
        var options = new BrowserNewContextOptions { BaseURL = Url.ToString() };
        configure?.Invoke(options);
        var context = await Browser.NewContextAsync(options);
        context.SetDefaultTimeout(DeadlineMilliseconds);
        return new Visitor(context);
    }

    public Task KillServerAsync() => _process.KillAsync();

    /// <summary>On the same port, so that open pages find it again.</summary>
    public async Task StartServerAgainAsync()
    {
        var port = Url.Port;
        await _process.DisposeAsync();
        _process = await SampleProcess.StartAsync(sample, port);
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
