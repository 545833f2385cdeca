using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Djust.Presence;

/// <summary>The user that a list's template is being rendered for.</summary>
internal sealed class PresenceTemplateScope
{
    /// <summary>Null while the template itself is rendered, which the browser fills.</summary>
    public Presence? Presence { get; set; }

    public static PresenceTemplateScope Open(TagHelperContext list)
    {
        var scope = new PresenceTemplateScope();
        list.Items[typeof(PresenceTemplateScope)] = scope;
        return scope;
    }

    public static PresenceTemplateScope Of(TagHelperContext element) => element.Items.TryGetValue(typeof(PresenceTemplateScope), out var scope)
        ? (PresenceTemplateScope)scope
        : throw new InvalidOperationException($"<{element.TagName}> shows a field of a presence, but of which one? Put it into a <presence-list>, in the same view: a partial view does not know the list around it.");
}
