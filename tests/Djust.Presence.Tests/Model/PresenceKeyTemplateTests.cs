using System.Text;
using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Model;

public sealed class PresenceKeyTemplateTests
{
    /// <summary>Values that are made to collide: separators, percent signs, escapes and parts of them.</summary>
    private static readonly string[] Pieces = ["a", "b", ":", "%", "-", "%003A", "%0025", "0025", "003A", "_", "]", "^", "\\", "{", "é", "\n"];

    private static readonly Gen<string> HostileValue =
        Gen.Int[0, Pieces.Length - 1].Array[1, 5].Select(parts => string.Concat(parts.Select(part => Pieces[part])));

    private static readonly string[] TwoVariables =
        ["{a}:{b}", "doc:{a}:{b}", "{a}-{b}", "{a}::{b}:", "x{a}0{b}", "{a}A{b}", "{a}]{b}", "{a}^-{b}", "{a}\\{b}", "{{{a}}}:{b}"];

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("a{", "the brace at position 1 does not enclose a name")]
    [InlineData("a{}", "the brace at position 1 does not enclose a name")]
    [InlineData("{a", "the brace at position 0 does not enclose a name")]
    [InlineData("{a{b}", "the brace at position 0 does not enclose a name")]
    [InlineData("a}", "the brace at position 1 has no partner")]
    [InlineData("{a}}", "the brace at position 3 has no partner")]
    [InlineData("{a}:{a}", "the variable {a} occurs twice")]
    [InlineData("{a}{b}", "nothing separates {b} from the variable before it")]
    [InlineData("{a}%{b}", "a % between two variables would look like an encoded character")]
    [InlineData("{a}:%0025:{b}", "a % between two variables would look like an encoded character")]
    public void A_template_that_cannot_be_parsed_says_where_and_why(string template, string problem)
    {
        var act = () => PresenceKeyTemplate.Parse(template);
        act.Should().Throw<FormatException>().WithMessage($"The presence key template \"{template}\" is not valid: {problem}.");
    }

    [Fact]
    public void A_template_knows_its_text_and_its_variables()
    {
        var template = PresenceKeyTemplate.Parse("tenant:{tenantId}:document:{docId}");
        template.Template.Should().Be("tenant:{tenantId}:document:{docId}");
        template.Variables.Should().Equal("tenantId", "docId");
        PresenceKeyTemplate.Parse("lobby").Variables.Should().BeEmpty();
    }

    [Theory]
    [InlineData("lobby", "lobby")]
    [InlineData("document:{docId}", "document:42")]
    [InlineData("{docId}", "42")]
    [InlineData("{{docId}}", "{docId}")]
    [InlineData("{{{docId}}}", "{42}")]
    [InlineData("a}}b{{c", "a}b{c")]
    public void A_key_is_made_of_the_literal_text_and_the_values(string template, string key) =>
        PresenceKeyTemplate.Parse(template).Format(_ => "42").Should().Be(key);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_missing_value_is_an_error_that_names_the_variable(string? value)
    {
        var template = PresenceKeyTemplate.Parse("tenant:{tenantId}:{docId}");
        var act = () => template.Format(name => name == "docId" ? value : "x");
        act.Should().Throw<ArgumentException>().WithMessage("The presence key \"tenant:{tenantId}:{docId}\" needs a value for {docId}*");
    }

    [Theory]
    [InlineData("a:b")]
    [InlineData("%")]
    [InlineData("%003A")]
    [InlineData("{x}")]
    [InlineData("שלום")]
    [InlineData("42\n")]
    public void The_value_of_a_single_variable_stands_as_it_is(string value) =>
        PresenceKeyTemplate.Parse("doc:{id}:view").Format(_ => value).Should().Be($"doc:{value}:view");

    [Fact]
    public void Two_variables_never_run_into_each_other()
    {
        var template = PresenceKeyTemplate.Parse("{a}:{b}");
        Key(template, "a:b", "c").Should().Be("a%003Ab:c");
        Key(template, "a", "b:c").Should().Be("a:b%003Ac");
        Key(template, "100%", "c").Should().Be("100%0025:c");
    }

    [Fact]
    public void Different_values_never_make_the_same_key()
    {
        foreach (var text in TwoVariables)
        {
            if (TryParse(text) is not { } template)
            {
                continue;
            }

            Gen.Select(HostileValue, HostileValue, HostileValue, HostileValue).Sample(
                (a, b, c, d) => (a == c && b == d) || Key(template, a, b) != Key(template, c, d),
                iter: 2_000);
        }
    }

    [Fact]
    public void All_short_values_over_a_hostile_alphabet_make_different_keys()
    {
        // Every pair of values of up to four pieces: random samples rarely hit the one pair that collides.
        var pieces = new[] { "%", ":", "0025", "x" };
        var values = Enumerable.Range(1, 3).SelectMany(length => Words(pieces, length)).Distinct().ToArray();
        foreach (var template in TwoVariables.Select(TryParse).OfType<PresenceKeyTemplate>())
        {
            var keys = new Dictionary<string, (string, string)>();
            foreach (var (a, b) in values.SelectMany(a => values.Select(b => (a, b))))
            {
                var key = Key(template, a, b);
                keys.TryAdd(key, (a, b)).Should().BeTrue($"\"{template.Template}\" makes \"{key}\" of {keys[key]} and of {(a, b)}");
            }
        }
    }

    [Fact]
    public void Three_variables_are_kept_apart_too()
    {
        var template = PresenceKeyTemplate.Parse("{a}:{b}-{c}");
        Gen.Select(HostileValue.Array[3], HostileValue.Array[3]).Sample(
            (x, y) => x.SequenceEqual(y) || Key(template, x) != Key(template, y),
            iter: 5_000);
    }

    [Fact]
    public void Every_key_that_it_makes_matches()
    {
        foreach (var template in TwoVariables.Append("{a}").Append("doc:{a}").Append("{a}:doc").Select(TryParse).OfType<PresenceKeyTemplate>())
        {
            Gen.Select(HostileValue, HostileValue).Sample((a, b) => template.IsMatch(Key(template, a, b)), iter: 1_000);
        }
    }

    [Theory]
    [InlineData("document:{id}", "document:")]
    [InlineData("document:{id}", "xdocument:42")]
    [InlineData("document:{id}", "Document:42")]
    [InlineData("document:{id}:view", "document:42:viewx")]
    [InlineData("document:{id}:view", "document::view")]
    [InlineData("{a}:{b}", "a")]
    [InlineData("{a}:{b}", ":b")]
    [InlineData("{a}:{b}", "a:b:c")]
    [InlineData("{a}:{b}", "a%:b")]
    [InlineData("{a}:{b}", "a%003a:b")]
    [InlineData("lobby", "lobby\n")]
    [InlineData("a.c", "abc")]
    public void A_key_that_it_could_not_have_made_does_not_match(string template, string key) =>
        PresenceKeyTemplate.Parse(template).IsMatch(key).Should().BeFalse();

    [Fact]
    public void Matching_is_linear_in_a_hostile_key()
    {
        // A backtracking matcher needs some 2^100000 steps for this; ours ends, and that is all that is asked of it.
        var template = PresenceKeyTemplate.Parse("{a}:{b}:{c}!");
        var hostile = new StringBuilder().Insert(0, "%0025", 50_000).Append(':').Insert(0, "%0025", 50_000).Append(":%").ToString();
        template.IsMatch(hostile).Should().BeFalse();
        PresenceKeyTemplate.Parse("x{a}x").IsMatch(new string('x', 100_000) + "!").Should().BeFalse();
    }

    private static string Key(PresenceKeyTemplate template, params string[] values)
    {
        var byName = template.Variables.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
        return template.Format(byName.GetValueOrDefault);
    }

    private static PresenceKeyTemplate? TryParse(string template)
    {
        try
        {
            return PresenceKeyTemplate.Parse(template);
        }
        catch (FormatException)
        {
            // A template that could not keep its values apart may be refused.
            return null;
        }
    }

    private static IEnumerable<string> Words(string[] pieces, int length) =>
        length == 0 ? [string.Empty] : pieces.SelectMany(piece => Words(pieces, length - 1).Select(rest => piece + rest));
}
