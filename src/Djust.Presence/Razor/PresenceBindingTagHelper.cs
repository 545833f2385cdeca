using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Djust.Presence;

/// <summary>
/// The attributes that show a user's fields in the template of a <c>&lt;presence-list&gt;</c>. Each names a field of the meta, or <c>id</c>. The
/// values are rendered on the server; a <c>data-</c> attribute of the same name tells the browser client what to keep up to date.
/// </summary>
/// <remarks>
/// Users are not trusted: text stays text, a color that is none and an address that is neither <c>http(s)</c> nor a path on this site are left out.
/// </remarks>
[HtmlTargetElement("*", Attributes = TextAttribute)]
[HtmlTargetElement("*", Attributes = TitleAttribute)]
[HtmlTargetElement("*", Attributes = InitialsAttribute)]
[HtmlTargetElement("*", Attributes = SrcAttribute)]
[HtmlTargetElement("*", Attributes = HrefAttribute)]
[HtmlTargetElement("*", Attributes = ColorAttribute)]
[HtmlTargetElement("*", Attributes = CountAttribute)]
public sealed class PresenceBindingTagHelper : TagHelper
{
    private const string TextAttribute = "presence-text";
    private const string TitleAttribute = "presence-title";
    private const string InitialsAttribute = "presence-initials";
    private const string SrcAttribute = "presence-src";
    private const string HrefAttribute = "presence-href";
    private const string ColorAttribute = "presence-color";
    private const string CountAttribute = "presence-count";
    private const string Connections = "connections";

    /// <summary>Elements that only show what they load. A frame or a script from an address that a user has chosen would act.</summary>
    private static readonly string[] Pictures = ["img", "source", "audio", "video"];

    private static readonly string[] Links = ["a", "area"];

    /// <summary>Elements whose text is not shown but obeyed.</summary>
    private static readonly string[] Code = ["script", "style"];

    /// <summary>The field that becomes the element's text.</summary>
    [HtmlAttributeName(TextAttribute)]
    public string? Text { get; set; }

    /// <summary>The field that becomes the element's <c>title</c>.</summary>
    [HtmlAttributeName(TitleAttribute)]
    public string? Title { get; set; }

    /// <summary>The field whose initials become the element's text.</summary>
    [HtmlAttributeName(InitialsAttribute)]
    public string? Initials { get; set; }

    /// <summary>The field that becomes the <c>src</c> of an image, audio or video.</summary>
    [HtmlAttributeName(SrcAttribute)]
    public string? Src { get; set; }

    /// <summary>The field that becomes the <c>href</c> of a link.</summary>
    [HtmlAttributeName(HrefAttribute)]
    public string? Href { get; set; }

    /// <summary>The field that becomes the CSS variable <c>--presence-color</c> of the element.</summary>
    [HtmlAttributeName(ColorAttribute)]
    public string? Color { get; set; }

    /// <summary><c>connections</c>: the number of the user's connections (tabs) becomes the element's text.</summary>
    [HtmlAttributeName(CountAttribute)]
    public string? Count { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        Check(context);
        var presence = PresenceTemplateScope.Of(context).Presence;
        BindText(output, TextAttribute, Text, presence is null ? null : field => PresenceField.Shown(presence, field));
        BindText(output, InitialsAttribute, Initials, presence is null ? null : field => SafeText.Initials(PresenceField.AsName(presence, field)));
        BindText(output, CountAttribute, Count, presence is null ? null : _ => presence.Connections.Length.ToString(CultureInfo.InvariantCulture));
        BindAttribute(output, TitleAttribute, Title, "title", presence is null ? null : field => PresenceField.Shown(presence, field));
        BindAttribute(output, SrcAttribute, Src, "src", presence is null ? null : field => SafeText.Url(PresenceField.AsText(presence, field)));
        BindAttribute(output, HrefAttribute, Href, "href", presence is null ? null : field => SafeText.Url(PresenceField.AsText(presence, field)));
        if (Color is not null)
        {
            Announce(output, ColorAttribute, Color);
            SetColor(output, presence is null ? null : SafeText.Color(PresenceField.AsText(presence, Color)));
        }
    }

    private static void BindText(TagHelperOutput output, string attribute, string? field, Func<string, string>? value)
    {
        if (field is not null)
        {
            Announce(output, attribute, field);
            output.TagMode = TagMode.StartTagAndEndTag;
            output.Content.SetContent(value?.Invoke(field) ?? string.Empty);
        }
    }

    private static void BindAttribute(TagHelperOutput output, string attribute, string? field, string target, Func<string, string?>? value)
    {
        if (field is null)
        {
            return;
        }

        Announce(output, attribute, field);
        output.Attributes.RemoveAll(target);
        if (value?.Invoke(field) is { } text)
        {
            output.Attributes.SetAttribute(target, text);
        }
    }

    private static void SetColor(TagHelperOutput output, string? color)
    {
        if (color is not null)
        {
            var style = new HtmlContentBuilder().Append($"--presence-color:{color}");
            if (output.Attributes.TryGetAttribute("style", out var given))
            {
                style.Append(";");
                _ = given.Value is IHtmlContent html ? style.AppendHtml(html) : style.Append(given.Value?.ToString() ?? string.Empty);
            }

            output.Attributes.SetAttribute("style", style);
        }
    }

    /// <summary>Tells the browser client which field goes here.</summary>
    private static void Announce(TagHelperOutput output, string attribute, string field) => output.Attributes.SetAttribute("data-" + attribute, field);

    private void Check(TagHelperContext context)
    {
        Require(Src is null || Pictures.Contains(context.TagName, StringComparer.OrdinalIgnoreCase), context, SrcAttribute, string.Join(", ", Pictures));
        Require(Href is null || Links.Contains(context.TagName, StringComparer.OrdinalIgnoreCase), context, HrefAttribute, string.Join(", ", Links));
        if ((Text ?? Initials ?? Count) is not null && Code.Contains(context.TagName, StringComparer.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException($"<{context.TagName}> cannot have {TextAttribute}, {InitialsAttribute} or {CountAttribute}: users choose that text, and the element would obey it. Put it into an element that shows text.");
        }

        if (Count is not (null or Connections))
        {
            throw new InvalidOperationException($"{CountAttribute}=\"{Count}\" counts nothing. Write {CountAttribute}=\"{Connections}\", or {TextAttribute}=\"{Count}\" to show a field.");
        }
    }

    private static void Require(bool allowed, TagHelperContext context, string attribute, string elements)
    {
        if (!allowed)
        {
            throw new InvalidOperationException($"<{context.TagName}> cannot have {attribute}: users choose that address, and the element would run or frame what is there. It is for {elements}.");
        }
    }
}
