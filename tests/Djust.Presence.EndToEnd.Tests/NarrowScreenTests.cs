using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Djust.Presence.EndToEnd.Tests;

public sealed class NarrowScreenTests(DocumentViewersFixture documents, ChatRoomFixture rooms) : IClassFixture<DocumentViewersFixture>, IClassFixture<ChatRoomFixture>
{
    private static readonly string LongName = new('M', 40);

    [Theory]
    [InlineData(375)]
    [InlineData(360)]
    public async Task A_document_fits_a_phone(int width) => await ShouldFitAsync(documents, "/documents/phone", width);

    [Theory]
    [InlineData(375)]
    [InlineData(360)]
    public async Task A_room_fits_a_phone(int width) => await ShouldFitAsync(rooms, "/rooms/phone", width);

    private static async Task ShouldFitAsync(SampleFixture site, string path, int width)
    {
        await using var ada = await site.VisitorAsync(options => options.ViewportSize = new ViewportSize { Width = width, Height = 667 });
        await using var bob = await site.VisitorAsync();
        await using var carol = await site.VisitorAsync();
        await bob.OpenAsync($"{path}-{width}?name={LongName}");
        await carol.OpenAsync($"{path}-{width}?name=Carol");
        var tab = await ada.OpenAsync($"{path}-{width}?name=Ada");
        await Expect(tab.People).ToHaveCountAsync(3);

        (await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(width);
    }
}
