using FluentAssertions;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Xunit;

namespace Djust.Presence.Tests.Razor;

public sealed class PresenceBindingTagHelperTests : IAsyncLifetime, IDisposable
{
    private readonly TagHelperFixture _page = new();

    public Task InitializeAsync() => _page.JoinAsync("7", new
    {
        name = "Ada \u202eLovelace",
        color = "#6c63ff",
        bad = "red;position:fixed",
        avatar = "/ada.png",
        script = "javascript:alert(1)",
        url = "https://example.org/?a=1&b=2",
        busy = true,
        level = 3.0,
        tags = new[] { "x" },
        html = "<b>x</b>",
    });

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _page.Dispose();

    [Theory]
    [InlineData("name", "Ada Lovelace")]
    [InlineData("id", "7")]
    [InlineData("busy", "true")]
    [InlineData("level", "3")]
    [InlineData("tags", "")]
    [InlineData("missing", "")]
    [InlineData("html", "&lt;b&gt;x&lt;/b&gt;")]
    public async Task Text_is_a_field_as_text(string field, string text) =>
        (await ItemAsync("b", new PresenceBindingTagHelper { Text = field })).Should().Be($"""<b data-presence-text="{field}">{text}</b>""");

    [Fact]
    public async Task Initials_and_connections_are_text_too()
    {
        (await ItemAsync("b", new PresenceBindingTagHelper { Initials = "name" })).Should().Be("""<b data-presence-initials="name">AL</b>""");
        (await ItemAsync("b", new PresenceBindingTagHelper { Count = "connections" })).Should().Be("""<b data-presence-count="connections">1</b>""");
    }

    [Fact]
    public async Task Attributes_are_encoded_and_left_out_where_they_are_not_safe()
    {
        (await ItemAsync("b", new PresenceBindingTagHelper { Title = "html" })).Should().Contain("""title="&lt;b&gt;x&lt;/b&gt;" """.TrimEnd());
        (await ItemAsync("img", new PresenceBindingTagHelper { Src = "avatar" })).Should().Be("""<img data-presence-src="avatar" src="/ada.png" />""");
        (await ItemAsync("img", new PresenceBindingTagHelper { Src = "script" })).Should().Be("""<img data-presence-src="script" />""");
        (await ItemAsync("a", new PresenceBindingTagHelper { Href = "url", Text = "id" })).Should().Contain("""href="https://example.org/?a=1&amp;b=2" """.TrimEnd());
        (await ItemAsync("a", new PresenceBindingTagHelper { Href = "script" })).Should().NotContain(" href");
    }

    [Fact]
    public async Task A_color_joins_the_style_that_is_there()
    {
        (await ItemAsync("i", new PresenceBindingTagHelper { Color = "color" })).Should().Contain("style=\"--presence-color:#6c63ff\"");
        (await ItemAsync("i", new PresenceBindingTagHelper { Color = "color" }, new TagHelperAttribute("style", new HtmlString("top:0")))).Should().Contain("style=\"--presence-color:#6c63ff;top:0\"");
        (await ItemAsync("i", new PresenceBindingTagHelper { Color = "bad" }, new TagHelperAttribute("style", "top:0"))).Should().Contain("style=\"top:0\"").And.NotContain("position");
    }

    [Fact]
    public async Task In_the_template_there_are_bindings_and_no_values()
    {
        var html = await RenderAsync("a", new PresenceBindingTagHelper { Text = "name", Title = "name", Href = "url", Color = "color" });

        html.Should().Contain("<template><a data-presence-text=\"name\" data-presence-title=\"name\" data-presence-href=\"url\" data-presence-color=\"color\"></a></template>");
    }

    [Theory]
    [InlineData("script")]
    [InlineData("iframe")]
    public async Task An_address_that_a_user_chose_is_not_run_or_framed(string tag) =>
        await FluentActions.Awaiting(() => ItemAsync(tag, new PresenceBindingTagHelper { Src = "avatar" })).Should().ThrowAsync<InvalidOperationException>().WithMessage($"<{tag}> cannot have presence-src*img*");

    [Theory]
    [InlineData("script")]
    [InlineData("STYLE")]
    public async Task A_text_that_a_user_chose_is_not_code(string tag)
    {
        foreach (var binding in new[] { new PresenceBindingTagHelper { Text = "name" }, new PresenceBindingTagHelper { Initials = "name" }, new PresenceBindingTagHelper { Count = "connections" } })
        {
            await FluentActions.Awaiting(() => ItemAsync(tag, binding)).Should().ThrowAsync<InvalidOperationException>().WithMessage($"<{tag}> cannot have presence-text*shows text*");
        }
    }

    [Fact]
    public async Task Mistakes_in_a_template_name_the_fix()
    {
        await FluentActions.Awaiting(() => ItemAsync("b", new PresenceBindingTagHelper { Count = "tabs" })).Should().ThrowAsync<InvalidOperationException>().WithMessage("*presence-count=\"connections\"*");
        await FluentActions.Awaiting(() => TagHelperFixture.RenderAsync(new PresenceBindingTagHelper { Text = "name" }, "b")).Should().ThrowAsync<InvalidOperationException>().WithMessage("<b> *<presence-list>*");
    }

    private async Task<string> ItemAsync(string tag, PresenceBindingTagHelper binding, params TagHelperAttribute[] attributes)
    {
        var html = await RenderAsync(tag, binding, attributes);
        var start = html.IndexOf("role=\"listitem\">", StringComparison.Ordinal) + "role=\"listitem\">".Length;
        return html[start..html.IndexOf("</presence-item>", StringComparison.Ordinal)];
    }

    private Task<string> RenderAsync(string tag, PresenceBindingTagHelper binding, params TagHelperAttribute[] attributes) =>
        _page.ListAsync(list => TagHelperFixture.BindAsync(list, tag, binding, attributes));
}
