using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Djust.Presence.EndToEnd.Tests;

public sealed class LiveCursorTests(WhiteboardFixture site) : IClassFixture<WhiteboardFixture>
{
    private readonly string _path = $"/boards/{Guid.NewGuid():N}?name=";

    [Theory]
    [InlineData(1920, 1)]
    [InlineData(375, 1)]
    [InlineData(1280, 1.5)]
    [InlineData(375, 1.5)]
    public async Task A_pointer_points_at_the_same_thing_in_another_window_zoomed_and_scrolled(int width, double zoom)
    {
        await using var ada = await site.VisitorAsync(Width(1920));
        await using var bob = await site.VisitorAsync(Width(width));
        var here = new Board(await ada.OpenAsync(_path + "Ada"));
        var there = new Board(await bob.OpenAsync(_path + "Bob"));
        await there.Tab.Page.EvaluateAsync("(zoom) => { document.documentElement.style.zoom = zoom; }", zoom);

        await here.PointAsync(0.2, 0.3);
        await there.IsPointedAtAsync(0.2, 0.3);
        await there.Tab.Page.EvaluateAsync("() => document.querySelector('#desk').scrollBy(120, 90)");
        await there.IsPointedAtAsync(0.2, 0.3);
        await there.Tab.Page.SetViewportSizeAsync(width + 200, 700);
        await there.IsPointedAtAsync(0.2, 0.3);
        await here.PointAsync(0.9, 0.5);
        await there.IsPointedAtAsync(0.9, 0.5);

        // The same the other way round, from the window that is zoomed.
        await there.Tab.Page.EvaluateAsync("() => document.querySelector('#desk').scrollTo(0, 0)");
        await there.PointAsync(0.1, 0.1);
        await here.IsPointedAtAsync(0.1, 0.1);
    }

    [Fact]
    public async Task After_a_burst_the_pointer_stands_where_it_was_last()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var here = new Board(await ada.OpenAsync(_path + "Ada"));
        var there = new Board(await bob.OpenAsync(_path + "Bob"));

        for (var i = 0; i <= 60; i++)
        {
            await here.PointAsync(0.1 + (i * 0.01), 0.2);
        }

        await there.IsPointedAtAsync(0.7, 0.2);
    }

    [Fact]
    public async Task A_pointer_has_a_name_and_a_color_takes_no_clicks_and_is_not_the_visitors_own()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var here = new Board(await ada.OpenAsync(_path + "Ada<img src=x onerror=alert(1)>"));
        var there = new Board(await bob.OpenAsync(_path + "Bob"));

        await here.PointAsync(0.5, 0.5);
        await Expect(there.Pointers).ToHaveCountAsync(1);
        await Expect(there.Pointers.Locator(".live-cursor-name")).ToHaveTextAsync("Ada<img src=x onerror=alert(1)>");
        await Expect(here.Pointers).ToHaveCountAsync(0);

        await there.PointAsync(0.5, 0.5);
        await there.Tab.Page.Mouse.DownAsync();
        await there.Tab.Page.Mouse.UpAsync();
        await Expect(here.Tab.Page.Locator("#ink polyline")).ToHaveCountAsync(1);
        there.Tab.Dialogs.Should().BeEmpty();
    }

    [Fact]
    public async Task Whoever_leaves_takes_the_pointer_along_in_the_same_frame_as_the_avatar()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var here = await ada.OpenAsync(_path + "Ada");
        var there = new Board(await bob.OpenAsync(_path + "Bob"));
        await new Board(here).PointAsync(0.5, 0.5);
        await Expect(there.Pointers).ToHaveCountAsync(1);
        await there.Tab.Page.EvaluateAsync(
            """
            () => {
              window.frames_ = [];
              const look = () => {
                window.frames_.push([document.querySelectorAll("#people > presence-item").length, document.querySelectorAll(".live-cursor").length].join(" "));
                requestAnimationFrame(look);
              };
              requestAnimationFrame(look);
            }
            """);

        await here.Page.CloseAsync();
        await Expect(there.Pointers).ToHaveCountAsync(0);
        await Expect(there.Tab.Page.Locator("#people > presence-item")).ToHaveCountAsync(1);

        var frames = await there.Tab.Page.EvaluateAsync<string[]>("window.frames_");
        frames.Distinct().Should().Equal(["2 1", "1 0"], "there is no frame with the one and without the other");
    }

    [Fact]
    public async Task Twenty_reloads_leave_one_pointer()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var here = await ada.OpenAsync(_path + "Ada");
        var there = new Board(await bob.OpenAsync(_path + "Bob"));
        for (var i = 0; i < 20; i++)
        {
            await here.Page.ReloadAsync();
            await here.IsLiveAsync();
            await new Board(here).PointAsync(0.3, 0.3 + (i * 0.01));
            (await there.Pointers.CountAsync()).Should().BeLessThanOrEqualTo(1);
        }

        await there.IsPointedAtAsync(0.3, 0.49);
        await Expect(there.Pointers).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Whoever_hides_pointers_is_sent_none_and_gets_all_when_they_are_shown_again()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var here = new Board(await ada.OpenAsync(_path + "Ada"));
        var there = new Board(await bob.OpenAsync(_path + "Bob"));
        await here.PointAsync(0.2, 0.2);
        await there.IsPointedAtAsync(0.2, 0.2);

        await there.Tab.Page.GetByLabel("Pointers").UncheckAsync();
        await Expect(there.Pointers).ToHaveCountAsync(0);

        // An event that comes after the moves: whatever the server would have sent of them has come before it.
        var frames = there.Tab.Wire.CursorFrames;
        await here.PointAsync(0.6, 0.6);
        await here.Tab.Page.Mouse.DownAsync();
        await here.Tab.Page.Mouse.UpAsync();
        await Expect(there.Tab.Page.Locator("#ink polyline")).ToHaveCountAsync(1);
        there.Tab.Wire.CursorFrames.Should().Be(frames);

        await there.Tab.Page.GetByLabel("Pointers").CheckAsync();
        await there.IsPointedAtAsync(0.6, 0.6);
    }

    [Fact]
    public async Task A_tab_that_was_hidden_shows_the_newest_position_at_once()
    {
        await using var ada = await site.VisitorAsync();
        await using var bob = await site.VisitorAsync();
        var here = new Board(await ada.OpenAsync(_path + "Ada"));
        var there = new Board(await bob.OpenAsync(_path + "Bob"));
        await here.PointAsync(0.1, 0.1);
        await there.IsPointedAtAsync(0.1, 0.1);

        await SetVisibilityAsync(there.Tab, "hidden");
        await here.PointAsync(0.8, 0.4);
        await Eventually.TrueAsync(() => there.Tab.Wire.LastPosition is { } last && Math.Abs(last.X - 0.8) < 0.002, "the hidden tab has the frame");
        await SetVisibilityAsync(there.Tab, "visible");

        // Within one frame: nothing on the way between the two places is drawn.
        var distance = await there.Tab.Page.EvaluateAsync<bool>("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
            ? await there.DistanceAsync(0.8, 0.4)
            : double.NaN;
        distance.Should().BeLessThanOrEqualTo(4);
    }

    private static Action<BrowserNewContextOptions> Width(int width) => options => options.ViewportSize = new ViewportSize { Width = width, Height = 900 };

    private static async Task SetVisibilityAsync(Tab tab, string visibility) => await tab.Page.EvaluateAsync(
        """
        (visibility) => {
          Object.defineProperty(document, "visibilityState", { configurable: true, get: () => visibility });
          Object.defineProperty(document, "hidden", { configurable: true, get: () => visibility === "hidden" });
          document.dispatchEvent(new Event("visibilitychange"));
        }
        """,
        visibility);
}
