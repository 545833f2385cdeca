using System.Buffers;
using System.Text;

namespace Djust.Presence;

/// <summary>A pattern for presence keys such as <c>document:{docId}</c>. Immutable and safe for use by several threads.</summary>
/// <remarks>
/// Different values never make the same key: between two variables there must be a literal text, and in a template with
/// several variables those characters of a value that occur in such a text, and <c>%</c>, are percent-encoded. That text itself has no <c>%</c>.
/// With one variable the value stands in the key as it is.
/// </remarks>
public sealed class PresenceKeyTemplate
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789ABCDEF");

    private readonly List<(string Text, bool IsVariable)> _parts;
    private readonly string _separators;

    private PresenceKeyTemplate(string template, List<(string Text, bool IsVariable)> parts)
    {
        Template = template;
        _parts = parts;
        Variables = [.. parts.Where(part => part.IsVariable).Select(part => part.Text)];
        var separators = Separators(parts);
        _separators = separators.Length == 0 ? separators : "%" + separators;
    }

    /// <summary>The text that it was parsed from.</summary>
    public string Template { get; }

    /// <summary>The names of the variables, in their order.</summary>
    public IReadOnlyList<string> Variables { get; }

    /// <summary>Parses a template.</summary>
    /// <param name="template">Text with variables in braces; literal braces are doubled.</param>
    /// <returns>The parsed template.</returns>
    /// <exception cref="FormatException">A brace has no partner, a name is empty or occurs twice, or two variables have nothing or a % between them.</exception>
    public static PresenceKeyTemplate Parse(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        var parts = new List<(string Text, bool IsVariable)>();
        var text = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            var c = template[i];
            if (c is '{' or '}' && i + 1 < template.Length && template[i + 1] == c)
            {
                text.Append(c);
                i++;
            }
            else if (c == '{')
            {
                var end = template.IndexOf('}', i);
                var name = end < 0 ? string.Empty : template[(i + 1)..end];
                Require(name.Length > 0 && !name.Contains('{', StringComparison.Ordinal), template, $"the brace at position {i} does not enclose a name");
                Require(!parts.Contains((name, true)), template, $"the variable {{{name}}} occurs twice");
                Require(text.Length > 0 || parts.Count == 0, template, $"nothing separates {{{name}}} from the variable before it");
                Flush(parts, text);
                parts.Add((name, true));
                i = end;
            }
            else
            {
                Require(c != '}', template, $"the brace at position {i} has no partner");
                text.Append(c);
            }
        }

        Flush(parts, text);
        Require(parts.Count > 0, template, "it is empty");
        Require(!Separators(parts).Contains('%', StringComparison.Ordinal), template, "a % between two variables would look like an encoded character");
        return new PresenceKeyTemplate(template, parts);
    }

    /// <summary>Makes the key for the values that <paramref name="lookup"/> finds.</summary>
    /// <param name="lookup">Gives the value of a variable, or null.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">A variable has no value; the message names it.</exception>
    public string Format(Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        var key = new StringBuilder();
        foreach (var (text, isVariable) in _parts)
        {
            key.Append(isVariable ? Encode(Find(text, lookup)) : text);
        }

        return key.ToString();
    }

    /// <summary>Whether <paramref name="key"/> could have been made by this template.</summary>
    /// <param name="key">A presence key.</param>
    /// <returns>True where literal texts agree and each variable would have a value.</returns>
    public bool IsMatch(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (Variables.Count == 0)
        {
            return key == _parts[0].Text;
        }

        var (prefix, suffix) = (Literal(_parts[0]), Literal(_parts[^1]));
        if (key.Length < prefix.Length + suffix.Length || !key.StartsWith(prefix, StringComparison.Ordinal) || !key.EndsWith(suffix, StringComparison.Ordinal))
        {
            return false;
        }

        // What is left begins and ends with a value. No value has a character of the texts between, so each ends where one of those begins.
        var rest = key.AsSpan(prefix.Length, key.Length - prefix.Length - suffix.Length);
        foreach (var (text, isVariable) in _parts.SkipWhile(part => !part.IsVariable).SkipLast(suffix.Length > 0 ? 1 : 0))
        {
            var length = isVariable ? ValueLength(rest) : rest.StartsWith(text, StringComparison.Ordinal) ? text.Length : 0;
            if (length == 0)
            {
                return false;
            }

            rest = rest[length..];
        }

        return rest.IsEmpty;
    }

    private string Find(string variable, Func<string, string?> lookup)
    {
        var value = lookup(variable);
        return string.IsNullOrEmpty(value)
            ? throw new PresenceArgumentException($"The presence key \"{Template}\" needs a value for {{{variable}}}: there is none in the route values or the query string.")
            : value;
    }

    private string Encode(string value)
    {
        if (_separators.Length == 0 || value.AsSpan().IndexOfAny(_separators) < 0)
        {
            return value;
        }

        var encoded = new StringBuilder();
        foreach (var c in value)
        {
            _ = _separators.Contains(c, StringComparison.Ordinal) ? encoded.Append('%').Append(((int)c).ToString("X4", null)) : encoded.Append(c);
        }

        return encoded.ToString();
    }

    /// <summary>The characters that stand between two variables.</summary>
    private static string Separators(List<(string Text, bool IsVariable)> parts)
    {
        var first = parts.FindIndex(part => part.IsVariable);
        var last = parts.FindLastIndex(part => part.IsVariable);
        return first == last
            ? string.Empty
            : string.Concat(parts[first..last].Where(part => !part.IsVariable).SelectMany(part => part.Text).Distinct());
    }

    private static string Literal((string Text, bool IsVariable) part) => part.IsVariable ? string.Empty : part.Text;

    /// <summary>How much of a key's rest is a value as <see cref="Encode"/> writes it.</summary>
    private int ValueLength(ReadOnlySpan<char> rest)
    {
        const int EncodedLength = 5;
        if (_separators.Length == 0)
        {
            return rest.Length;
        }

        var at = 0;
        while (at < rest.Length)
        {
            if (rest[at] != '%' && !_separators.Contains(rest[at], StringComparison.Ordinal))
            {
                at++;
            }
            else if (rest[at] == '%' && at + EncodedLength <= rest.Length && !rest[(at + 1)..(at + EncodedLength)].ContainsAnyExcept(HexDigits))
            {
                at += EncodedLength;
            }
            else
            {
                break;
            }
        }

        return at;
    }

    private static void Flush(List<(string Text, bool IsVariable)> parts, StringBuilder text)
    {
        if (text.Length > 0)
        {
            parts.Add((text.ToString(), false));
            text.Clear();
        }
    }

    private static void Require(bool condition, string template, string problem)
    {
        if (!condition)
        {
            throw new FormatException($"The presence key template \"{template}\" is not valid: {problem}.");
        }
    }
}
