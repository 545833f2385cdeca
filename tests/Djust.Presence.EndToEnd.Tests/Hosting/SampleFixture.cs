using Microsoft.Playwright;
using Xunit;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>One sample and one browser for the tests of a class. Each visitor is a browser context, each test has a page of its own.</summary>
public abstract class SampleFixture(string sample, params string[] arguments) : IAsyncLifetime
{
    private Chromium _chromium = null!;
    private SampleProcess _process = null!;

    public IBrowser Browser => _chromium.Browser;

    public Uri Url => _process.Url;

    public async Task InitializeAsync()
    {
        _process = await SampleProcess.StartAsync(sample, 0, arguments);
        _chromium = await Chromium.StartAsync();
    }

    public Task<Visitor> VisitorAsync(Action<BrowserNewContextOptions>? configure = null) => _chromium.VisitorAsync(Url, configure);

    public Task KillServerAsync() => _process.KillAsync();

    /// <summary>On the same port, so that open pages find it again.</summary>
    public async Task StartServerAgainAsync()
    {
        var port = Url.Port;
        await _process.DisposeAsync();
        _process = await SampleProcess.StartAsync(sample, port, arguments);
    }

    public async Task DisposeAsync()
    {
        if (_chromium is not null)
        {
            await _chromium.DisposeAsync();
        }

        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
