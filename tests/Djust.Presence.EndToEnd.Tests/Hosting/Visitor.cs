using Microsoft.Playwright;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>Somebody with a browser of their own: their tabs share cookies.</summary>
public sealed class Visitor(IBrowserContext context) : IAsyncDisposable
{
    public IBrowserContext Context { get; } = context;

    /// <summary>Opens a tab and waits until it is connected.</summary>
    public async Task<Tab> OpenAsync(string path)
    {
        var tab = new Tab(await Context.NewPageAsync());
        await tab.Page.GotoAsync(path);
        await tab.IsLiveAsync();
        return tab;
    }

    public async ValueTask DisposeAsync() => await Context.CloseAsync();
}
