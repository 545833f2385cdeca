using System.Globalization;

namespace Djust.Presence;

/// <summary>The rules for keys and user ids: any text, compared ordinally, but bounded, printable and valid Unicode.</summary>
internal static class PresenceText
{
    public static string CheckKey(string? key, PresenceOptions options) =>
        Check(key, "A presence key", "document:42", options.MaxKeyLength, nameof(PresenceOptions.MaxKeyLength));

    public static string CheckUserId(string? userId, PresenceOptions options) =>
        Check(userId, "A user id", "42", options.MaxUserIdLength, nameof(PresenceOptions.MaxUserIdLength));

    private static string Check(string? text, string what, string example, int max, string option)
    {
        if (string.IsNullOrEmpty(text))
        {
            throw new PresenceArgumentException($"{what} is empty; it must have 1 to {max} characters, such as \"{example}\".");
        }

        if (text.Length > max)
        {
            throw new PresenceArgumentException($"{what} has {text.Length} characters; at most {max} are allowed ({option}).");
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
            {
                throw new PresenceArgumentException($"{what} has the control character U+{((int)text[i]).ToString("X4", CultureInfo.InvariantCulture)} at position {i}; control characters are not allowed.");
            }

            // Two lone surrogates would become the same replacement character on the wire, and two groups one.
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])))
            {
                throw new PresenceArgumentException($"{what} is not valid Unicode: half of a surrogate pair stands alone at position {i}.");
            }

            i += char.IsHighSurrogate(text[i]) ? 1 : 0;
        }

        return text;
    }
}
