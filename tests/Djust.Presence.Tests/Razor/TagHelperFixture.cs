using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Djust.Presence.Tests.Razor;

/// <summary>Runs tag helpers the way a Razor page does, on a real memory backend.</summary>
internal sealed class TagHelperFixture : IDisposable
{
    public const string Key = "document:42";

    private readonly ServiceProvider _services;

    public TagHelperFixture(Action<PresenceOptions>? configure = null, IPresenceProjection? projection = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSignalR().AddPresence(configure ?? (_ => { }));
        if (projection is not null)
        {
            services.AddSingleton(projection);
        }

        _services = services.BuildServiceProvider();
        Http = new DefaultHttpContext { RequestServices = _services };
    }

    public DefaultHttpContext Http { get; }

    public IPresenceManager Manager => _services.GetRequiredService<IPresenceManager>();

    public Task JoinAsync(string id, object? meta) => Manager.JoinPresenceAsync(Key, id, meta);

    public Task<string> CountAsync(string? key = Key, string? hub = null) =>
        RenderAsync(Element(new PresenceCountTagHelper(Manager), key, hub), "presence-count");

    /// <summary>A list whose content is <paramref name="template"/>: how many times that runs, and for whom, is the list's to say.</summary>
    public Task<string> ListAsync(Func<TagHelperContext, Task<string>>? template = null, string? key = Key, string? hub = null, int? max = null)
    {
        var helper = Element(new PresenceListTagHelper(Manager, _services.GetRequiredService<IOptions<PresenceOptions>>()) { Max = max }, key, hub);
        return RenderAsync(helper, "presence-list", content: template);
    }

    /// <summary>An element in a list's template.</summary>
    public static Task<string> BindAsync(TagHelperContext list, string tag, PresenceBindingTagHelper binding, params TagHelperAttribute[] attributes) =>
        RenderAsync(binding, tag, list.Items, new TagHelperAttributeList(attributes));

    public static async Task<string> RenderAsync(
        TagHelper helper,
        string tag,
        IDictionary<object, object>? items = null,
        TagHelperAttributeList? attributes = null,
        Func<TagHelperContext, Task<string>>? content = null)
    {
        var context = new TagHelperContext(tag, [], items ?? new Dictionary<object, object>(), Guid.NewGuid().ToString());
        var output = new TagHelperOutput(tag, attributes ?? [], async (_, _) =>
            new DefaultTagHelperContent().SetHtmlContent(content is null ? string.Empty : await content(context)))
        {
            TagMode = TagMode.SelfClosing,
        };
        await helper.ProcessAsync(context, output);
        await using var writer = new StringWriter();
        output.WriteTo(writer, HtmlEncoder.Default);
        return writer.ToString();
    }

    public void Dispose() => _services.Dispose();

    private T Element<T>(T helper, string? key, string? hub)
        where T : PresenceElementTagHelper
    {
        helper.PresenceKey = key;
        helper.Hub = hub;
        helper.ViewContext = new ViewContext { HttpContext = Http };
        return helper;
    }
}
