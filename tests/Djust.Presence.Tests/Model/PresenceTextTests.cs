using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Model;

/// <summary>The rules for keys and user ids.</summary>
public sealed class PresenceTextTests
{
    private readonly PresenceOptions _options = new();

    [Theory]
    [InlineData("a")]
    [InlineData("document:42")]
    [InlineData(" ")]
    [InlineData("*")]
    [InlineData("{}")]
    [InlineData("__proto__")]
    [InlineData("שלום")]
    [InlineData("\u202eabc")]
    [InlineData("e\u0301")]
    [InlineData("\ud83d\ude00")]
    [InlineData("\ud83d\ude00\ud83d\ude00x")]
    [InlineData("\ufffd")]
    public void Any_printable_text_is_taken_as_it_is(string text)
    {
        PresenceText.CheckKey(text, _options).Should().BeSameAs(text);
        PresenceText.CheckUserId(text, _options).Should().BeSameAs(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Nothing_is_refused(string? text)
    {
        Refused(text, "* is empty; it must have 1 to 200 characters, such as \"*");
        var act = () => PresenceText.CheckKey(text, _options);
        act.Should().Throw<ArgumentException>().WithMessage("A presence key is empty*\"document:42\".");
    }

    [Fact]
    public void Two_hundred_characters_are_allowed_and_one_more_is_not()
    {
        PresenceText.CheckKey(new string('x', 200), _options).Should().HaveLength(200);
        PresenceText.CheckUserId(new string('x', 200), _options).Should().HaveLength(200);
        Refused(new string('x', 201), "* has 201 characters; at most 200 are allowed (Max*Length).");
    }

    [Fact]
    public void Each_limit_is_its_own_option()
    {
        var options = new PresenceOptions { MaxKeyLength = 3, MaxUserIdLength = 5 };
        PresenceText.CheckKey("abc", options).Should().Be("abc");
        PresenceText.CheckUserId("abcde", options).Should().Be("abcde");
        var key = () => PresenceText.CheckKey("abcd", options);
        var user = () => PresenceText.CheckUserId("abcdef", options);
        key.Should().Throw<ArgumentException>().WithMessage("A presence key has 4 characters; at most 3 are allowed (MaxKeyLength).");
        user.Should().Throw<ArgumentException>().WithMessage("A user id has 6 characters; at most 5 are allowed (MaxUserIdLength).");
    }

    [Theory]
    [InlineData("\0", "U+0000 at position 0")]
    [InlineData("ab\n", "U+000A at position 2")]
    [InlineData("a\rb", "U+000D at position 1")]
    [InlineData("\ud83d\ude00\t", "U+0009 at position 2")]
    [InlineData("a\u007f", "U+007F at position 1")]
    [InlineData("a\u0085", "U+0085 at position 1")]
    public void Control_characters_are_refused_by_name(string text, string where) => Refused(text, $"*control character {where}*");

    // Not as InlineData: attributes are stored as UTF-8, which has no lone surrogates.
    [Fact]
    public void Half_a_surrogate_pair_is_refused_wherever_it_stands()
    {
        const char high = '\ud83d', low = '\ude00';
        foreach (var (text, position) in new[]
        {
            ($"{high}", 0), ($"{low}", 0), ($"a{high}", 1), ($"a{low}b", 1), ($"{high}{high}{low}", 0), ($"{low}{high}", 0), ($"{high}{low}{low}", 2), ($"{high}a{low}", 0),
        })
        {
            Refused(text, $"* is not valid Unicode: half of a surrogate pair stands alone at position {position}.");
        }
    }

    private void Refused(string? text, string message)
    {
        var key = () => PresenceText.CheckKey(text, _options);
        var user = () => PresenceText.CheckUserId(text, _options);
        key.Should().Throw<ArgumentException>().WithMessage(message).WithMessage("A presence key *");
        user.Should().Throw<ArgumentException>().WithMessage(message).WithMessage("A user id *");
    }
}
