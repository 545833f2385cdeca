using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace Djust.Presence;

/// <summary>One user's element in a list, as the browser client would make it: it takes over what it finds here.</summary>
internal static class PresenceItem
{
    public static TagBuilder Templated(Presence presence, IHtmlContent content)
    {
        var item = Create(presence);
        item.InnerHtml.AppendHtml(content);
        return item;
    }

    public static TagBuilder Default(Presence presence)
    {
        var item = Create(presence);
        item.MergeAttribute("title", PresenceField.Shown(presence, PresenceField.Name));
        item.InnerHtml.AppendHtml(Avatar(presence));
        return item;
    }

    private static TagBuilder Create(Presence presence)
    {
        var item = new TagBuilder("presence-item");
        item.MergeAttribute("data-presence-id", presence.Id);
        item.MergeAttribute("role", "listitem");
        if (presence.Connections.Length > 1)
        {
            item.MergeAttribute("data-connections", presence.Connections.Length.ToString(CultureInfo.InvariantCulture));
        }

        return item;
    }

    private static TagBuilder Avatar(Presence presence)
    {
        var avatar = new TagBuilder("span");
        avatar.AddCssClass("presence-avatar");
        if (SafeText.Color(PresenceField.AsText(presence, "color")) is { } color)
        {
            avatar.MergeAttribute("style", $"--presence-color:{color}");
        }

        if (SafeText.Url(PresenceField.AsText(presence, "avatar")) is { } picture)
        {
            avatar.InnerHtml.AppendHtml(Picture(picture));
        }
        else
        {
            avatar.InnerHtml.Append(SafeText.Initials(PresenceField.AsName(presence, PresenceField.Name)));
        }

        return avatar;
    }

    private static TagBuilder Picture(string address)
    {
        var image = new TagBuilder("img") { TagRenderMode = TagRenderMode.SelfClosing };
        image.MergeAttribute("src", address);

        // The name is the item's title already.
        image.MergeAttribute("alt", string.Empty);

        // Whose page shows the picture is not the picture's host's business.
        image.MergeAttribute("referrerpolicy", "no-referrer");
        return image;
    }
}
