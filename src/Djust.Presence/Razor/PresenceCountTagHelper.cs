using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Djust.Presence;

/// <summary>
/// <c>&lt;presence-count presence-key="document:42" /&gt;</c>: how many users are in a group. The number is rendered on the server, and kept
/// live by <c>djust-presence.js</c>.
/// </summary>
/// <param name="presence">The application's presence.</param>
[HtmlTargetElement("presence-count")]
public sealed class PresenceCountTagHelper(IPresenceManager presence) : PresenceElementTagHelper(presence)
{
    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        var count = await Presence.PresenceCountAsync(Begin(context, output), Aborted);
        output.Content.SetContent(count.ToString(CultureInfo.InvariantCulture));
    }
}
