using System.Text;
using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Cursors;

public sealed class CursorCacheFormatTests
{
    [Fact]
    public void What_is_written_is_read() =>
        Gen.Select(Gen.OneOf([.. new[] { "ada", "anon_x", "é \"quoted\" 😀", "__proto__", "*" }.Select(Gen.Const)]), Gen.Double[-1e9, 1e9], Gen.Double[-1e9, 1e9], Gen.Long[0, 4_000_000_000_000], Gen.String[0, 20]).Array[0, 8].Sample(users =>
        {
            var positions = users.Select(user => KeyValuePair.Create(user.Item1, Position(user.Item2, user.Item3, user.Item4, new { text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(user.Item5)) }))).ToArray();
            CursorCacheFormat.ReadPositions(CursorCacheFormat.WritePositions(positions)).Should().Equal(positions);
        });

    [Fact]
    public void A_meta_as_large_as_the_application_allows_is_read()
    {
        var limits = new PresenceMetaLimits(100_000, 30);
        var meta = PresenceMeta.From(new { large = new string('x', 50_000), deep = new { a = new { b = new { c = new { d = new { e = new { f = new { g = new { h = 1 } } } } } } } } }, limits);
        KeyValuePair<string, CursorPosition>[] positions = [KeyValuePair.Create("ada", new CursorPosition(1, 2, DateTimeOffset.UnixEpoch, meta))];
        CursorCacheFormat.ReadPositions(CursorCacheFormat.WritePositions(positions)).Should().Equal(positions);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("[[]]")]
    [InlineData("[{}]")]
    [InlineData("""[{"User":null,"X":1,"Y":2,"At":3,"Meta":{}}]""")]
    [InlineData("""[{"User":"a","X":1e999,"Y":2,"At":3,"Meta":{}}]""")]
    [InlineData("""[{"User":"a","X":"1","Y":2,"At":3,"Meta":{}}]""")]
    [InlineData("""[{"User":"a","X":1,"Y":2,"At":-1,"Meta":{}}]""")]
    [InlineData("""[{"User":"a","X":1,"Y":2,"At":253402300800000,"Meta":{}}]""")]
    [InlineData("""[{"User":"a","X":1,"Y":2,"At":3,"Meta":[]}]""")]
    [InlineData("""[{"User":"a","X":1,"Y":2,"At":3}]""")]
    [InlineData("""[{"User":"a","X":1,"Y":2,"At":3,"Meta":{"twice":1,"twice":2}}]""")]
    public void What_is_not_ours_counts_as_not_there(string value) => CursorCacheFormat.ReadPositions(Encoding.UTF8.GetBytes(value)).Should().BeEmpty();

    [Fact]
    public void What_cannot_be_read_does_not_hide_what_can() =>
        CursorCacheFormat.ReadPositions("""[{"User":"a","X":1,"Y":2,"At":3,"Meta":[]},{"User":"b","X":1,"Y":2,"At":3,"Meta":{}}]"""u8.ToArray())
            .Select(position => position.Key).Should().Equal("b");

    [Fact]
    public void No_bytes_make_reading_throw() => Gen.Select(Gen.Int[0, 999], Gen.Byte, Gen.Byte.Array[0, 40]).Sample((at, with, junk) =>
    {
        var sound = CursorCacheFormat.WritePositions([KeyValuePair.Create("ada", Position(1, 2, 3, new { name = "Ada", deep = new { x = "é" } }))]);
        sound[at % sound.Length] = with;
        foreach (var value in new[] { sound, junk, [.. sound[..(at % sound.Length)], .. junk, .. sound[(at % sound.Length)..]] })
        {
            _ = CursorCacheFormat.ReadPositions(value).ToArray();
            _ = CursorCacheFormat.ReadNodes(value);
        }
    }, iter: 20_000);

    [Fact]
    public void The_names_of_nodes_are_read_as_they_were_written()
    {
        CursorCacheFormat.ReadNodes(CursorCacheFormat.WriteNodes(["n2", "n1"])).Should().Equal("n1", "n2");
        CursorCacheFormat.ReadNodes(null).Should().BeEmpty();
        CursorCacheFormat.ReadNodes("""["n1",null,7]"""u8.ToArray()).Should().BeEmpty();
        CursorCacheFormat.ReadNodes("""["n1",null]"""u8.ToArray()).Should().Equal("n1");
    }

    [Fact]
    public void Groups_and_nodes_never_share_an_entry()
    {
        string[] keys = ["a", "a:b", "a%3Ab", "a b", "A", "é", "e\u0301", "*", "a:n1"];
        var names = keys.SelectMany(key => new[] { CursorCacheFormat.NodesKey(key), CursorCacheFormat.PositionsKey(key, "n1"), CursorCacheFormat.PositionsKey(key, "n2") });
        names.Should().OnlyHaveUniqueItems().And.OnlyContain(name => name.StartsWith("djust-presence:cursors:", StringComparison.Ordinal));
    }

    private static CursorPosition Position(double x, double y, long at, object meta) => new(x, y, DateTimeOffset.FromUnixTimeMilliseconds(at), PresenceMeta.From(meta));
}
