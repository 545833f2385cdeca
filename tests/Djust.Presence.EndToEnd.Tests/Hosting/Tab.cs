using Microsoft.Playwright;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>A page of a sample.</summary>
public sealed class Tab
{
    public Tab(IPage page)
    {
        Page = page;
        Wire = new Wire(page);
        Page.Dialog += async (_, dialog) =>
        {
            Dialogs.Add(dialog.Message);
            await dialog.DismissAsync();
        };
        Page.Request += (_, request) => Requests.Add(new Uri(request.Url));
    }

    public IPage Page { get; }

    public Wire Wire { get; }

    public List<string> Dialogs { get; } = [];

    public List<Uri> Requests { get; } = [];

    public ILocator Avatars => Page.Locator("#viewers > presence-item");

    public ILocator People => Page.Locator(".people > presence-item");

    public ILocator Log => Page.Locator("#log > li > span");

    public ILocator Status => Page.Locator("#status");

    public Task IsLiveAsync() => Assertions.Expect(Page.Locator("presence-list").Last).ToHaveAttributeAsync("data-status", "live");

    public async Task<string> SelfIdAsync() => (await Page.Locator(".people > presence-item[data-self]").GetAttributeAsync("data-presence-id"))!;

    public ILocator Avatar(string id) => Page.Locator($"#viewers > presence-item[data-presence-id='{id}']");

    /// <summary>From now on, notes each change of the avatars: who is shown, and when.</summary>
    public Task RecordAvatarsAsync() => Page.EvaluateAsync("""
        () => {
          const list = document.querySelector("#viewers");
          const ids = () => [...list.querySelectorAll("presence-item")].map((item) => item.dataset.presenceId);
          window.recorded = [{ at: Date.now(), ids: ids() }];
          new MutationObserver(() => window.recorded.push({ at: Date.now(), ids: ids() })).observe(list, { childList: true, subtree: true });
        }
        """);

    public async Task<IReadOnlyList<RecordedAvatars>> RecordedAvatarsAsync() => await Page.EvaluateAsync<RecordedAvatars[]>("window.recorded");
}
