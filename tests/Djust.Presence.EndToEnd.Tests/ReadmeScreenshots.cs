using Djust.Presence.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Djust.Presence.EndToEnd.Tests;

public sealed class ReadmeScreenshots(DocumentViewersFixture documents, ChatRoomFixture rooms) : IClassFixture<DocumentViewersFixture>, IClassFixture<ChatRoomFixture>
{
    private static readonly string[] Names = ["Grace Hopper", "Mary Jackson", "Radia Perlman", "Barbara Liskov", "Katherine Johnson", "Annie Easley"];

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
