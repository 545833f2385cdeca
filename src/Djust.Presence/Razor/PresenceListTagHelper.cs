using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>
/// <c>&lt;presence-list presence-key="document:42" hub="/hubs/document/42" /&gt;</c>: who is in a group. The list is rendered on the server,
/// and kept live by <c>djust-presence.js</c>.
/// </summary>
/// <remarks>
/// Of metas it shows what the visitor whose page it is may see (<see cref="IPresenceProjection"/>). Without content, each user is an avatar: the picture of meta field <c>avatar</c>, else the initials of <c>name</c>, on <c>color</c>. Content
/// is the application's own template of one user, with the attributes of <see cref="PresenceBindingTagHelper"/>. It runs once for the browser,
/// as the content of a <c>&lt;template&gt;</c>, and once for each user.
/// </remarks>
/// <param name="presence">The application's presence.</param>
/// <param name="options">The options; clients are told of at most <see cref="PresenceOptions.MaxPresencesSent"/> users, and no more are rendered.</param>
[HtmlTargetElement("presence-list")]
public sealed class PresenceListTagHelper(IPresenceManager presence, IOptions<PresenceOptions> options) : PresenceElementTagHelper(presence)
{
    /// <summary>How many users are shown; the rest becomes a number.</summary>
    /// <value>Default: all.</value>
    public int? Max { get; set; }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        var key = Begin(context, output);
        if (Max is < 0)
        {
            throw new InvalidOperationException($"<presence-list> cannot show {Max} users. Give max a number from 0, or leave it out to show all.");
        }

        if (Max is { } max)
        {
            output.Attributes.SetAttribute("max", max.ToString(CultureInfo.InvariantCulture));
        }

        if (!output.Attributes.ContainsName("role"))
        {
            output.Attributes.SetAttribute("role", "list");
        }

        var presences = await Presence.ListPresencesAsync(Viewer(key), Aborted);
        var shown = Math.Min(presences.Count, Math.Min(Max ?? int.MaxValue, options.Value.MaxPresencesSent));
        output.Content.SetHtmlContent(await ItemsAsync(context, output, presences.Take(shown)));
        output.Content.AppendHtml(Rest(presences.Count - shown));
    }

    private static async Task<IHtmlContent> ItemsAsync(TagHelperContext context, TagHelperOutput output, IEnumerable<Presence> presences)
    {
        var items = new HtmlContentBuilder();
        var scope = PresenceTemplateScope.Open(context);
        var content = await output.GetChildContentAsync(useCachedResult: false);
        var templated = !content.IsEmptyOrWhiteSpace;
        if (templated)
        {
            var template = new TagBuilder("template");
            template.InnerHtml.AppendHtml(content);
            items.AppendHtml(template);
        }

        foreach (var presence in presences)
        {
            scope.Presence = presence;
            items.AppendHtml(templated
                ? PresenceItem.Templated(presence, await output.GetChildContentAsync(useCachedResult: false))
                : PresenceItem.Default(presence));
        }

        return items;
    }

    private static TagBuilder Rest(int rest)
    {
        var more = new TagBuilder("span");
        more.AddCssClass("presence-more");
        more.InnerHtml.Append("+" + rest.ToString(CultureInfo.InvariantCulture));
        if (rest == 0)
        {
            more.MergeAttribute("hidden", "hidden");
        }

        return more;
    }
}
