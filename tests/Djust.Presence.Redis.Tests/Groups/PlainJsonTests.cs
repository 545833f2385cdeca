using System.Text;
using System.Text.Json;
using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>What is taken for JSON without being read is JSON.</summary>
public sealed class PlainJsonTests
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Pieces that objects are made of, most of them in an order that makes none.</summary>
    private static readonly Gen<byte[]> Pieces = Gen.OneOf(
        "{", "}", "\"", "\"a\"", "\"a\":", "\"a\":\"b\"", ",", ":", "\"a\":1", "\\", "\\\"", "\\u0041", " ", "\n", "\0", "\u001f", "\u007f", "é", "😀", "[", "]", "1", "true")
        .Select(Encoding.UTF8.GetBytes).Array[0, 9].Select(pieces => pieces.SelectMany(piece => piece).ToArray());

    [Theory]
    [InlineData("{\"name\":\"Ada\"}")]
    [InlineData("{\"name\":\"Ada Lovelace\",\"color\":\"#6c63ff\"}")]
    [InlineData("{\"\":\"\"}")]
    [InlineData("{\"имя\":\"Zoë 😀\"}")]
    [InlineData("{\"a\":\"1\",\"a\":\"2\"}")]
    public void An_object_of_text_is_known(string json) => PlainJson.Knows(Encoding.UTF8.GetBytes(json)).Should().BeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{\"")]
    [InlineData("{\"a")]
    [InlineData("{\"a\"")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":\"")]
    [InlineData("{\"a\":\"b")]
    [InlineData("{\"a\":\"b\"")]
    [InlineData("{\"a\":\"b\",")]
    [InlineData("{\"a\":\"b\",}")]
    [InlineData("{\"a\":\"b\"}}")]
    [InlineData("{\"a\":\"b\"} ")]
    [InlineData("{\"a\":\"b\\\"}")]
    [InlineData("{\"a\":\"b\\n\"}")]
    [InlineData("{\"a\":\"b\n\"}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"a\":1}")]
    [InlineData("[\"a\",\"b\"]")]
    [InlineData("\"a\"")]
    public void Anything_else_is_not(string json) => PlainJson.Knows(Encoding.UTF8.GetBytes(json)).Should().BeFalse();

    [Fact]
    public void Bytes_that_are_no_text_are_not_known() => PlainJson.Knows([.. "{\"a\":\""u8, 0xff, .. "\"}"u8]).Should().BeFalse();

    [Fact]
    public void Metas_of_text_are_known_unless_something_in_them_is_escaped() => RandomRecords.Text.Sample(name =>
    {
        var meta = PresenceMeta.From(new { name });
        PlainJson.Knows(meta.Utf8Json.Span).Should().Be(!meta.ToString().Contains('\\', StringComparison.Ordinal));
    });

    [Fact]
    public void What_is_known_is_one_object_of_valid_text() => Pieces.Sample(Check, iter: 20_000);

    [Fact]
    public void What_is_known_of_damaged_metas_is_an_object_too()
    {
        var garbage = new Garbage(20_261_126);
        var good = PresenceMeta.From(new { name = "Zoë 😀", color = "#6c63ff" }).Utf8Json.ToArray();
        for (var i = 0; i < 50_000; i++)
        {
            Check(garbage.Damaged(good));
        }
    }

    private static void Check(byte[] utf8)
    {
        if (PlainJson.Knows(utf8))
        {
            _ = Strict.GetString(utf8);
            using var document = JsonDocument.Parse(utf8);
            document.RootElement.EnumerateObject().Select(field => field.Value.GetString()).Should().NotBeEmpty().And.NotContainNulls();
        }
    }
}
