using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>
/// What the elements of a presence group have in common. Rendering one only reads: whoever asks for a page is not in the group by that, but
/// by the hub connection that the page's script makes.
/// </summary>
public abstract class PresenceElementTagHelper : TagHelper
{
    private protected PresenceElementTagHelper(IPresenceManager presence) => Presence = presence;

    /// <summary>The presence key of the group, such as <c>document:42</c>. Required.</summary>
    public string? PresenceKey { get; set; }

    /// <summary>
    /// The address of the hub that the element follows the group on, such as <c>/hubs/document/42</c>; <c>~/</c> is the application's root.
    /// Without it, the element follows whatever else on the page does.
    /// </summary>
    public string? Hub { get; set; }

    /// <summary>The view that is being rendered; set by the framework.</summary>
    [HtmlAttributeNotBound]
    [ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    private protected IPresenceManager Presence { get; }

    private protected CancellationToken Aborted => ViewContext.HttpContext.RequestAborted;

    /// <summary>The visitor whose page it is, as one who looks at a group.</summary>
    private protected PresenceViewer Viewer(string key)
    {
        var context = ViewContext.HttpContext;
        return new PresenceViewer
        {
            Key = key,
            UserId = context.User.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? context.RequestServices.GetRequiredService<VisitorIdentity>().GetOrCreate(context),
            User = context.User,
        };
    }

    /// <summary>Writes the element's own attributes, which the browser needs as well.</summary>
    /// <returns>The presence key.</returns>
    private protected string Begin(TagHelperContext context, TagHelperOutput output)
    {
        if (string.IsNullOrEmpty(PresenceKey))
        {
            throw new InvalidOperationException($"<{context.TagName}> needs to know its group. Give it a presence-key, for example <{context.TagName} presence-key=\"document:42\">.");
        }

        EnsureVisitor(ViewContext.HttpContext);
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("presence-key", PresenceKey);
        if (!string.IsNullOrEmpty(Hub))
        {
            output.Attributes.SetAttribute("hub", Hub.StartsWith("~/", StringComparison.Ordinal) ? ViewContext.HttpContext.Request.PathBase + Hub[1..] : Hub);
            SetHeartbeat(output);
        }

        return PresenceKey;
    }

    /// <summary>The script learns <see cref="PresenceOptions.HeartbeatInterval"/> where it is not what the script takes anyway.</summary>
    private void SetHeartbeat(TagHelperOutput output)
    {
        var interval = ViewContext.HttpContext.RequestServices.GetRequiredService<IOptions<PresenceOptions>>().Value.HeartbeatInterval;
        if (interval != new PresenceOptions().HeartbeatInterval && !output.Attributes.ContainsName("heartbeat-interval"))
        {
            output.Attributes.SetAttribute("heartbeat-interval", interval.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>An anonymous visitor who opens two tabs at once is one user only if both find a cookie that the page has set.</summary>
    private static void EnsureVisitor(HttpContext context)
    {
        if (!context.Response.HasStarted && context.User.FindFirst(ClaimTypes.NameIdentifier) is null)
        {
            context.RequestServices.GetRequiredService<VisitorIdentity>().GetOrCreate(context);
        }
    }
}
