using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Djust.Presence;

/// <summary>
/// What a page may show of the texts, colors and addresses that users have chosen. The browser client has the same rules
/// (safe.ts and text.ts of djust-presence-js), so that it finds nothing to change in what the server rendered.
/// </summary>
internal static partial class SafeText
{
    private const int GraphemeLimit = 80;

    /// <summary>A grapheme may pile up any number of marks. This many UTF-16 units are enough for the longest emoji.</summary>
    private const int UnitsPerGrapheme = 16;

    /// <summary>Marks that pile up on one letter, and joiners between them. No script needs as many; more of them reach over the lines above and below.</summary>
    private const int MarksInARow = 8;

    /// <summary>A text without control characters, bidirectional overrides and piles of marks, so that it cannot disturb what is around it.</summary>
    public static string Clean(string text) => WithoutPiles(Spaces().Replace(Invisible().Replace(text, " "), " ").Trim());

    /// <summary>A name as it is shown: clean, at most 80 graphemes, "Guest" if nothing is left.</summary>
    public static string DisplayName(string? value)
    {
        var name = Clean(value ?? string.Empty);
        if (name.Length == 0)
        {
            return "Guest";
        }

        var shown = Graphemes(name, GraphemeLimit + 1);
        return shown.Count > GraphemeLimit ? string.Concat(shown.Take(GraphemeLimit - 1)) + "…" : string.Concat(shown);
    }

    /// <summary>The first letters of a name's first and last word, in capitals: one or two graphemes.</summary>
    public static string Initials(string? value)
    {
        var words = WhiteSpace().Split(DisplayName(value));
        var letters = words.Length > 1 ? First(words[0]) + First(words[^1]) : First(words[0]);
        return letters.ToUpperInvariant();
    }

    /// <summary><c>#rgb</c>, <c>#rgba</c>, <c>#rrggbb</c>, <c>#rrggbbaa</c> or a plain word such as <c>teal</c>; null for everything else, so that it can never end one declaration and begin another.</summary>
    public static string? Color(string? value) => value is not null && SafeColor().IsMatch(value) ? value : null;

    /// <summary>
    /// <c>http(s)://…</c>, or a path on this site that begins with one slash; null for everything else: other schemes, <c>//host</c>, and what
    /// a browser would read as <c>//host</c>.
    /// </summary>
    public static string? Url(string? value) =>
        // Browsers drop tabs and newlines from an address and read a backslash as a slash.
        value is not null && !Misread().IsMatch(value) && SafeUrl().IsMatch(value) ? value : null;

    private static string WithoutPiles(string text)
    {
        var kept = new StringBuilder(text.Length);
        var marks = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            marks = IsMark(rune) ? marks + 1 : 0;
            if (marks <= MarksInARow)
            {
                kept.Append(rune);
            }
        }

        return kept.ToString();
    }

    private static bool IsMark(Rune rune) => rune.Value is 0x200c or 0x200d || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static string First(string word) => Graphemes(word, 1).FirstOrDefault(string.Empty);

    private static List<string> Graphemes(string text, int limit)
    {
        // What is far beyond the limit is not worth taking apart.
        var start = text.Length > limit * UnitsPerGrapheme ? text[..(limit * UnitsPerGrapheme)] : text;
        var found = new List<string>();
        var elements = StringInfo.GetTextElementEnumerator(start);
        while (found.Count < limit && elements.MoveNext())
        {
            var grapheme = elements.GetTextElement();
            found.Add(grapheme.Length > UnitsPerGrapheme ? Rune.GetRuneAt(grapheme, 0).ToString() : grapheme);
        }

        return found;
    }

    [GeneratedRegex(@"[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]+")]
    private static partial Regex Invisible();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"^(?:#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|[a-zA-Z]{3,20})\z")]
    private static partial Regex SafeColor();

    [GeneratedRegex(@"[\u0000-\u001f\u007f\\]")]
    private static partial Regex Misread();

    [GeneratedRegex("^(?:/(?!/)|[hH][tT][tT][pP][sS]?://[^/])")]
    private static partial Regex SafeUrl();
}
