using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using Xunit;
using Xunit.Abstractions;

namespace Djust.Presence.Tests.Fuzzing;

/// <summary>JSON as clients may write it, well formed and not, read as metas; see docs/reliability.md.</summary>
public sealed class MetaFuzzTests(ITestOutputHelper output)
{
    private const int Metas = 60_000;

    private static readonly string[] Scalars =
    [
        "null", "true", "false", "0", "-0", "-0.0", "1e308", "1e999", "1e-999", "1.0", "12345678901234567890123", "\"\"", "\"a\"", "\"\\u0000\"", "\"\\ud83e\\udd8a\"", "\"\\ud83e\"", "\"\\udd8a\"",
        "\"🦊\"", "\"</script>\"", "\"\\\"\"", "\"\u2028\"", "NaN", "tru", "01", "'a'", "\"\n\"",
    ];

    private static readonly string[] Names = ["name", "Name", "n\\u0061me", "", "__proto__", "constructor", "é", "e\u0301", "🦊", "\\ud83e", "\\\"", "\\u0000", "a.b", "$"];

    private readonly Random _random = new(FuzzSettings.Seed);

    [Fact]
    public void Any_JSON_is_refused_with_a_reason_or_is_a_meta_within_the_limits_that_says_the_same()
    {
        var (read, refused) = (0, 0);
        foreach (var _ in FuzzSettings.Rounds(Metas))
        {
            var text = _random.Next(4) == 0 ? Changed(Value(0)) : Value(0);
            foreach (var value in Forms(text))
            {
                if (Read(value) is not { } meta)
                {
                    refused++;
                    continue;
                }

                read++;
                Check(text, value, meta);
            }
        }

        output.WriteLine($"Seed {FuzzSettings.Seed}: {read} metas read, {refused} refused.");
        (read, refused).Should().Match<(int Read, int Refused)>(count => count.Read > 100 && count.Refused > 100);
    }

    private static void Check(string text, object value, PresenceMeta meta)
    {
        using var document = JsonDocument.Parse(meta.Utf8Json);
        var element = document.RootElement;
        Must(meta.Utf8Json.Length <= 2_048 && element.ValueKind == JsonValueKind.Object && Depth(element) <= 8, text, "is beyond the limits");
        Must(meta.Equals(PresenceMeta.From(meta)) && meta.Equals(PresenceMeta.From(element)), text, "is another one when it is read again");
        Must(value is not JsonElement given || JsonElement.DeepEquals(given, element), text, "says something else than was given");
        foreach (var field in element.EnumerateObject())
        {
            _ = meta[field.Name];
            Must(meta.TryGetValue(field.Name, out var found) && JsonElement.DeepEquals(found, field.Value), text, "does not find its own field");
        }
    }

    private static PresenceMeta? Read(object value)
    {
        try
        {
            return PresenceMeta.From(value);
        }
        catch (PresenceArgumentException)
        {
            return null;
        }
    }

    /// <summary>The same text as an application may hand it over: none where it is no JSON at all, since then SignalR has refused it.</summary>
    private static IEnumerable<object> Forms(string text)
    {
        yield return text;
        if (Try<JsonElement?>(() => JsonSerializer.Deserialize<JsonElement>(text)) is { } element)
        {
            yield return element;
        }

        if (Try(() => JsonNode.Parse(text)) is { } node)
        {
            yield return node;
        }

        if (Try(() => JsonSerializer.Deserialize<Dictionary<string, object>>(text)) is { } fields)
        {
            yield return fields;
        }
    }

    private static T? Try<T>(Func<T?> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return default;
        }
    }

    private string Value(int depth)
    {
        var kind = depth == 0 && _random.Next(10) > 0 ? 1 : _random.Next(depth > 9 ? 1 : 4);
        return kind switch
        {
            1 => "{" + Joined(() => $"\"{Names[_random.Next(Names.Length)]}{(_random.Next(2) == 0 ? _random.Next(9) : string.Empty)}\":{Value(depth + 1)}") + "}",
            2 => "[" + Joined(() => Value(depth + 1)) + "]",
            _ when _random.Next(200) == 0 => "\"" + new string('x', _random.Next(3_000)) + "\"",
            _ => Scalars[_random.Next(Scalars.Length - (_random.Next(4) == 0 ? 0 : 5))],
        };
    }

    private string Joined(Func<string> item) => string.Join(_random.Next(9) == 0 ? " ,\n" : ",", Enumerable.Range(0, _random.Next(4)).Select(_ => item()));

    /// <summary>A character taken out, doubled or replaced: seldom JSON, and then another one.</summary>
    private string Changed(string text)
    {
        var (at, other) = (_random.Next(text.Length), "{}[]\",:\\0u "[_random.Next(11)]);
        return new StringBuilder(text).Remove(at, _random.Next(2)).Insert(at, other).ToString();
    }

    private static int Depth(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => 1 + element.EnumerateObject().Select(field => Depth(field.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + element.EnumerateArray().Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private static void Must(bool condition, string text, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"Seed {FuzzSettings.Seed}: the meta of {text} {what}.");
        }
    }
}
