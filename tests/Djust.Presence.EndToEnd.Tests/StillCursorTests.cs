using Djust.Presence.EndToEnd.Tests.Hosting;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Djust.Presence.EndToEnd.Tests;

public sealed class StillCursorTests
{
    [Fact]
    public async Task A_pointer_that_stands_still_fades_and_ends_and_its_owner_stays()
    {
        await using var sample = await SampleProcess.StartAsync("Whiteboard", 0, ["--Presence:CursorTimeout=00:00:05"]);
        await using var chromium = await Chromium.StartAsync();
        await using var ada = await chromium.VisitorAsync(sample.Url);
        await using var bob = await chromium.VisitorAsync(sample.Url);
        var here = new Board(await ada.OpenAsync("/boards/still?name=Ada"));
        var there = new Board(await bob.OpenAsync("/boards/still?name=Bob"));

        await here.PointAsync(0.5, 0.5);
        await Expect(there.Pointers).ToHaveCountAsync(1);
        await Expect(there.Tab.Page.Locator(".live-cursor-still")).ToHaveCountAsync(1, new() { Timeout = 15_000 });
        await Expect(there.Pointers).ToHaveCountAsync(0, new() { Timeout = 15_000 });
        await Expect(there.Tab.Page.Locator("#people > presence-item")).ToHaveCountAsync(2);
    }
}
