using Djust.Presence.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Djust.Presence.EndToEnd.Tests;

public sealed class ReadmeScreenshots(WhiteboardFixture boards, DocumentViewersFixture documents, ChatRoomFixture rooms)
    : IClassFixture<WhiteboardFixture>, IClassFixture<DocumentViewersFixture>, IClassFixture<ChatRoomFixture>
{
    private static readonly string[] Names = ["Grace Hopper", "Mary Jackson", "Radia Perlman", "Barbara Liskov", "Katherine Johnson", "Annie Easley"];

    [ScreenshotFact]
    public async Task Whiteboard()
    {
        const string Path = "/boards/our-board?name=";
        await using var ada = await boards.VisitorAsync(options => options.ViewportSize = new ViewportSize { Width = 1280, Height = 880 });
        var tab = await ada.OpenAsync(Path + "Ada Lovelace");
        var others = await Task.WhenAll(Names.Take(3).Select(_ => boards.VisitorAsync()));
        var hands = new List<Board>();
        foreach (var (visitor, name) in others.Zip(Names))
        {
            hands.Add(new Board(await visitor.OpenAsync(Path + name)));
        }

        var mine = new Board(tab);
        await NoteAsync(hands[0], 0.08, 0.12, "Who is here?\nAll of us, once each.");
        await NoteAsync(mine, 0.3, 0.1, "A tab more is not a person more.");
        await NoteAsync(hands[2], 0.72, 0.16, "Pull the plug and see.");
        await StrokeAsync(hands[1], at => (0.12 + (0.5 * at), 0.55 + (0.12 * Math.Sin(at * 9))));
        await StrokeAsync(hands[2], at => (0.75 + (0.08 * Math.Cos(at * 6.3)), 0.6 + (0.12 * Math.Sin(at * 6.3))));
        await StrokeAsync(hands[0], at => (0.1 + (0.12 * at), 0.42));
        await hands[0].PointAsync(0.24, 0.43);
        await hands[1].PointAsync(0.63, 0.56);
        await hands[2].PointAsync(0.84, 0.62);
        await Expect(mine.Pointers).ToHaveCountAsync(3);
        await ShootAsync(tab, "whiteboard");
        await CloseAsync(others);
    }

    [ScreenshotFact]
    public async Task Document_viewers() => await DocumentAsync("document-viewers", 1280, 800);

    [ScreenshotFact]
    public async Task Document_viewers_on_a_phone() => await DocumentAsync("document-viewers-phone", 375, 812);

    [ScreenshotFact]
    public async Task Chat_room()
    {
        const string Path = "/rooms/lobby?name=";
        await using var ada = await rooms.VisitorAsync(options => options.ViewportSize = new ViewportSize { Width = 1280, Height = 800 });
        var tab = await ada.OpenAsync(Path + "Ada Lovelace");
        var others = await Task.WhenAll(Names.Select(_ => rooms.VisitorAsync()));
        var tabs = new List<Tab>();
        foreach (var (visitor, name) in others.Zip(Names))
        {
            tabs.Add(await visitor.OpenAsync(Path + name));
        }

        var talk = new (Tab Who, string What)[]
        {
            (tabs[0], "Good morning. Is the list of who is here right today?"),
            (tab, "It is. I closed one of my two tabs a minute ago, and nobody was told that I left."),
            (tabs[2], "I reloaded this page until my finger hurt."),
            (tabs[1], "And I saw nothing of it. As it should be."),
            (tab, "Then let us see what happens when somebody really leaves."),
        };
        foreach (var (who, what) in talk)
        {
            await who.Page.GetByLabel("Message", new() { Exact = true }).FillAsync(what);
            await who.Page.GetByLabel("Message", new() { Exact = true }).PressAsync("Enter");
            await Expect(tab.Page.Locator(".message-text", new() { HasText = what })).ToBeVisibleAsync();
        }

        await Expect(tab.Page.Locator(".flash")).ToHaveCountAsync(0);
        await tabs[^1].Page.CloseAsync();
        await Expect(tab.Page.Locator(".flash")).ToHaveCountAsync(1);
        await ShootAsync(tab, "chat-room");
        await CloseAsync(others);
    }

    private static async Task NoteAsync(Board board, double x, double y, string text)
    {
        await board.Tab.Page.GetByRole(AriaRole.Button, new() { Name = "Note" }).ClickAsync();
        await board.PointAsync(x, y);
        await board.Tab.Page.Mouse.DownAsync();
        await board.Tab.Page.Mouse.UpAsync();
        await board.Tab.Page.Keyboard.TypeAsync(text);
        await board.Tab.Page.EvaluateAsync("() => document.activeElement.blur()");
    }

    private static async Task StrokeAsync(Board board, Func<double, (double X, double Y)> line)
    {
        await board.PointAsync(line(0).X, line(0).Y);
        await board.Tab.Page.Mouse.DownAsync();
        for (var i = 1; i <= 30; i++)
        {
            await board.PointAsync(line(i / 30.0).X, line(i / 30.0).Y);
        }

        await board.Tab.Page.Mouse.UpAsync();
    }

    private async Task DocumentAsync(string file, int width, int height)
    {
        const string Path = "/documents/field-notes?name=";
        await using var ada = await documents.VisitorAsync(options =>
        {
            options.ViewportSize = new ViewportSize { Width = width, Height = height };
            options.DeviceScaleFactor = width < 500 ? 2 : 1;
        });
        var tab = await ada.OpenAsync(Path + "Ada Lovelace");
        var others = await Task.WhenAll(Names.Select(_ => documents.VisitorAsync()));
        var tabs = new List<Tab>();
        foreach (var (visitor, name) in others.Zip(Names))
        {
            tabs.Add(await visitor.OpenAsync(Path + name));
        }

        await others[1].OpenAsync(Path + Names[1]);
        await tabs[0].Page.GetByLabel("Your name").FillAsync("Amazing Grace");
        await tabs[0].Page.GetByLabel("Your name").PressAsync("Enter");
        await tabs[^1].Page.CloseAsync();
        await Expect(tab.Log.First).ToHaveTextAsync($"{Names[^1]} left");
        if (width < 500)
        {
            await tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Who is here" }).EvaluateAsync("(heading) => { window.scrollTo(0, heading.getBoundingClientRect().top + scrollY - document.querySelector('.bar').offsetHeight - 32); }");
        }

        await ShootAsync(tab, file);
        await CloseAsync(others);
    }

    private static async Task ShootAsync(Tab tab, string file)
    {
        await tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Images(), file + ".png"), Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
    }

    private static async Task CloseAsync(IEnumerable<Visitor> visitors)
    {
        foreach (var visitor in visitors)
        {
            await visitor.DisposeAsync();
        }
    }

    private static string Images()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Djust.Presence.sln")))
            {
                return Directory.CreateDirectory(Path.Combine(directory.FullName, "docs", "images")).FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests were built outside of the repository, so there is no docs/images to write to.");
    }
}
