using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Razor;

public sealed class SafeTextTests
{
    private static readonly SafeTextVectors Vectors = SafeTextVectors.Load();

    public static TheoryData<string?, string?> Names => Pairs(Vectors.Names);

    public static TheoryData<string?, string?> Initials => Pairs(Vectors.Initials);

    public static TheoryData<string?> SafeColors => new(Vectors.Colors.Safe);

    public static TheoryData<string?> RefusedColors => new(Vectors.Colors.Refused);

    public static TheoryData<string?> SafeUrls => new(Vectors.Urls.Safe);

    public static TheoryData<string?> RefusedUrls => new(Vectors.Urls.Refused);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_is_clean_short_and_never_empty(string? value, string? shown) => SafeText.DisplayName(value).Should().Be(shown);

    [Fact]
    public void No_text_piles_up_marks()
    {
        SafeText.Clean($"Z{string.Concat(Enumerable.Repeat("\u0301\u200d", 1_000))} algo").Should().Be($"Z{string.Concat(Enumerable.Repeat("\u0301\u200d", 4))} algo");
        SafeText.Clean($"Z{string.Concat(Enumerable.Repeat("\U0001e8d0", 1_000))}").Should().Be($"Z{string.Concat(Enumerable.Repeat("\U0001e8d0", 8))}");
        SafeText.Clean("👩‍❤️‍💋‍👨 और Việt").Should().Be("👩‍❤️‍💋‍👨 और Việt");
    }

    [Theory]
    [MemberData(nameof(Initials))]
    public void Initials_are_whole_characters(string? value, string? shown) => SafeText.Initials(value).Should().Be(shown);

    [Theory]
    [MemberData(nameof(SafeColors))]
    public void A_color_is_kept(string? value) => SafeText.Color(value).Should().Be(value);

    [Theory]
    [MemberData(nameof(RefusedColors))]
    public void What_is_no_color_is_refused(string? value) => SafeText.Color(value).Should().BeNull();

    [Theory]
    [MemberData(nameof(SafeUrls))]
    public void A_web_address_or_a_path_on_this_site_is_kept(string? value) => SafeText.Url(value).Should().Be(value);

    [Theory]
    [MemberData(nameof(RefusedUrls))]
    public void An_address_that_runs_or_leads_elsewhere_is_refused(string? value) => SafeText.Url(value).Should().BeNull();

    private static TheoryData<string?, string?> Pairs(string?[][] rows)
    {
        var data = new TheoryData<string?, string?>();
        foreach (var row in rows)
        {
            data.Add(row[0], row[1]);
        }

        return data;
    }
}
