using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Djust.Presence;

/// <summary>
/// <c>&lt;live-cursors presence-key="board:42" hub="/hubs/board/42" /&gt;</c> inside of the element that people point at: draws the pointers of
/// others over it, and tells them of the visitor's own. The hub is a <see cref="LiveCursorHub"/>. Nothing is rendered on the server.
/// </summary>
/// <param name="presence">The application's presence.</param>
[HtmlTargetElement("live-cursors")]
public sealed class LiveCursorsTagHelper(IPresenceManager presence) : PresenceElementTagHelper(presence)
{
    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        Begin(context, output);
    }
}
