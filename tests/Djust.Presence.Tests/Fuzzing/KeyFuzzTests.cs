using System.Text;
using FluentAssertions;
using Xunit;
using Xunit.Abstractions;

namespace Djust.Presence.Tests.Fuzzing;

/// <summary>Templates and values made of what is likely to be mistaken for something else; see docs/reliability.md.</summary>
public sealed class KeyFuzzTests(ITestOutputHelper output)
{
    private const int Templates = 30_000;
    private const int ValuesPerTemplate = 12;

    private static readonly string[] TemplatePieces = ["{a}", "{b}", "{c}", "{a-b}", "{{", "}}", "{", "}", "{}", "%", ":", "-", "]", "^", "\\", "/", "a", "0025", "003A", "é", "🦊", "{ }", "\n"];

    private static readonly string[] ValuePieces = ["%", "%0025", "%003A", "%003a", "0025", ":", "-", "]", "^", "\\", "/", "{", "}", "a", "b", "é", "e\u0301", "🦊", "\ud83e", "\udd8a", "\u0000", "\n", "\u202e", "__proto__", "*"];

    private readonly Random _random = new(FuzzSettings.Seed);
    private readonly PresenceOptions _options = new();

    [Fact]
    public void A_template_is_refused_or_keeps_all_values_apart_and_knows_its_keys()
    {
        var (parsed, keys, sound) = (0, 0, 0);
        foreach (var _ in FuzzSettings.Rounds(Templates))
        {
            if (Parse(Text(TemplatePieces, 8)) is not { } template)
            {
                continue;
            }

            parsed++;
            var valuesOf = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var i = 0; i < ValuesPerTemplate; i++)
            {
                if (Values(template) is not { } values)
                {
                    continue;
                }

                keys++;
                var key = template.Format(values.GetValueOrDefault);
                var told = string.Join('\u0001', template.Variables.Select(name => values[name]));
                valuesOf.TryAdd(key, told);
                Must(valuesOf[key] == told, template, key, "is made of two sets of values");
                Must(template.IsMatch(key), template, key, "is not known to its template");
                sound += IsSound(key) ? 1 : 0;

                // May be one of its keys or not: the question must have an answer.
                template.IsMatch(Changed(key));
            }
        }

        output.WriteLine($"Seed {FuzzSettings.Seed}: {parsed} templates, {keys} keys, {sound} of them sound.");
        (parsed, keys, sound).Should().Match<(int Parsed, int Keys, int Sound)>(count => count.Parsed > 100 && count.Keys > 100 && count.Sound > 10, "most of what is tried must not be refused at once");
    }

    [Fact]
    public void A_key_of_any_text_is_refused_with_a_reason_or_within_its_limits()
    {
        var texts = 0;
        foreach (var _ in FuzzSettings.Rounds(10 * Templates))
        {
            texts++;
            var key = Text(ValuePieces, _random.Next(10) == 0 ? 300 : 6);
            if (IsSound(key))
            {
                Must(key.Length is > 0 and <= 200 && !key.Any(char.IsControl) && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(key)) == key, null, key, "should have been refused");
            }
        }

        output.WriteLine($"Seed {FuzzSettings.Seed}: {texts} texts.");
    }

    private static PresenceKeyTemplate? Parse(string text)
    {
        try
        {
            return PresenceKeyTemplate.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>A value for each variable; none where one is empty, which must be refused by name.</summary>
    private Dictionary<string, string>? Values(PresenceKeyTemplate template)
    {
        var values = template.Variables.ToDictionary(name => name, _ => Text(ValuePieces, 4));
        if (values.FirstOrDefault(pair => pair.Value.Length == 0) is not { Key: { } missing })
        {
            return values;
        }

        var format = () => template.Format(values.GetValueOrDefault);
        format.Should().Throw<PresenceArgumentException>().Which.Message.Should().Contain(missing);
        return null;
    }

    private bool IsSound(string key)
    {
        try
        {
            PresenceText.CheckKey(key, _options);
            return true;
        }
        catch (PresenceArgumentException)
        {
            return false;
        }
    }

    private string Changed(string key)
    {
        var at = _random.Next(key.Length + 1);
        return key[..at] + ValuePieces[_random.Next(ValuePieces.Length)] + key[Math.Min(key.Length, at + _random.Next(3))..];
    }

    private string Text(string[] pieces, int max) => string.Concat(Enumerable.Range(0, _random.Next(max + 1)).Select(_ => pieces[_random.Next(pieces.Length)]));

    private static void Must(bool condition, PresenceKeyTemplate? template, string key, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"Seed {FuzzSettings.Seed}: the key \"{key}\" of the template \"{template?.Template}\" {what}.");
        }
    }
}
