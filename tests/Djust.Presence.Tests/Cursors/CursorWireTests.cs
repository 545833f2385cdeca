using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Cursors;

public sealed class CursorWireTests
{
    private static readonly Gen<double> Coordinates = Gen.OneOf(
        Gen.Double[-1e9, 1e9],
        Gen.Double[-1, 1],
        Gen.Double[-1e-3, 1e-3],
        Gen.Long[-10_000_000_000_000, 10_000_000_000_000].Select(number => number / 1e4),
        Gen.OneOf([.. new double[] { 0, -0.0, 1e9, -1e9, double.Epsilon, -double.Epsilon, 0.00005, -0.00005, 0.99995, 999_999_999.99994 }.Select(Gen.Const)]));

    [Theory]
    [InlineData(0.25, "0.25")]
    [InlineData(1, "1")]
    [InlineData(10, "10")]
    [InlineData(100, "100")]
    [InlineData(-0.0, "0")]
    [InlineData(-0.00004, "0")]
    [InlineData(0.123456, "0.1235")]
    [InlineData(-7.1, "-7.1")]
    [InlineData(0.1 + 0.2, "0.3")]
    [InlineData(1e9, "1000000000")]
    [InlineData(-999_999_999.9999, "-999999999.9999")]
    [InlineData(1e-300, "0")]
    public void A_coordinate_has_as_many_decimals_as_it_needs_and_at_most_four(double value, string written) => Write(value).Should().Be(written);

    [Fact]
    public void Whatever_is_written_reads_as_the_coordinate_rounded_to_four_decimals() => Coordinates.Sample(value =>
    {
        var written = Write(value);
        written.Should().MatchRegex(@"^-?(0|[1-9]\d{0,9})(\.\d{0,3}[1-9])?$").And.NotBe("-0");
        Math.Abs(decimal.Parse(written, CultureInfo.InvariantCulture) - Exact(value)).Should().BeLessThanOrEqualTo(0.00005m);
    });

    [Fact]
    public void What_is_in_a_frame_fits_in_the_room_that_is_kept_for_it() => Gen.Select(Gen.Int[1, int.MaxValue], Coordinates, Coordinates).Sample((@ref, x, y) =>
    {
        var buffer = new byte[CursorWire.MaxCursorBytes];
        var text = Encoding.UTF8.GetString(buffer, 0, CursorWire.Write(buffer, @ref, new CursorPoint(x, y)));
        text.Should().Be($"{@ref},{Write(x)},{Write(y)}");
    });

    [Fact]
    public void What_a_node_tells_is_what_another_hears() => Gen.Select(Gen.Select(Gen.Int[1, int.MaxValue], Coordinates, Coordinates).Array[0, 20], Gen.Int[1, int.MaxValue].Array[0, 9], Gen.Bool).Sample((moves, gone, asks) =>
    {
        var read = CursorWire.Read(CursorWire.Message("n1", asks, moves.Select(move => new RoomCursor(move.Item1) { Point = new CursorPoint(move.Item2, move.Item3) }), gone));
        read.Should().NotBeNull();
        read!.Node.Should().Be("n1");
        read.Asks.Should().Be(asks);
        read.Gone.Should().Equal(gone);
        read.Moves.Should().Equal(moves.SelectMany(move => new[] { move.Item1, double.Parse(Write(move.Item2), CultureInfo.InvariantCulture), double.Parse(Write(move.Item3), CultureInfo.InvariantCulture) }));
    });

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"node":"n","moves":[1,2,3]}""")]
    [InlineData("""{"node":"","moves":[],"gone":[]}""")]
    [InlineData("""{"node":7,"moves":[],"gone":[]}""")]
    [InlineData("""{"node":"\ud800","moves":[],"gone":[]}""")]
    [InlineData("""{"node":"n","moves":null,"gone":[]}""")]
    [InlineData("""{"node":"n","moves":[1,2],"gone":[]}""")]
    [InlineData("""{"node":"n","moves":[0,2,3],"gone":[]}""")]
    [InlineData("""{"node":"n","moves":[-1,2,3],"gone":[]}""")]
    [InlineData("""{"node":"n","moves":[1.5,2,3],"gone":[]}""")]
    [InlineData("""{"node":"n","moves":[2147483648,2,3],"gone":[]}""")]
    [InlineData("""{"node":"n","moves":[1,1e10,3],"gone":[]}""")]
    [InlineData("""{"node":"n","moves":[1,1e999,3],"gone":[]}""")]
    [InlineData("""{"node":"n","moves":[1,"NaN",3],"gone":[]}""")]
    [InlineData("""{"node":"n","moves":[1,"2",3],"gone":[]}""")]
    [InlineData("""{"node":"n","moves":[1,null,3],"gone":[]}""")]
    [InlineData("""{"node":"n","moves":[1,[],3],"gone":[]}""")]
    [InlineData("""{"node":"n","moves":[],"gone":[1e99]}""")]
    public void What_no_node_of_ours_can_have_written_is_not_read(string message) => CursorWire.Read(Encoding.UTF8.GetBytes(message)).Should().BeNull();

    [Fact]
    public void No_bytes_make_reading_throw() => Gen.Select(Gen.Int[0, 99], Gen.Byte, Gen.Byte.Array[0, 40]).Sample((at, with, junk) =>
    {
        var sound = CursorWire.Message("node", true, [new RoomCursor(12) { Point = new CursorPoint(0.5, -7) }], [3, 4]);
        sound[at % sound.Length] = with;
        _ = CursorWire.Read(sound);
        _ = CursorWire.Read(junk);
        _ = CursorWire.Read((byte[])[.. sound[..(at % sound.Length)], .. junk, .. sound[(at % sound.Length)..]]);
    }, iter: 20_000);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e308)]
    [InlineData(1_000_000_000.0001)]
    [InlineData(-1_000_000_000.0001)]
    public void What_cannot_be_sent_is_no_point(double coordinate)
    {
        FluentActions.Invoking(() => CursorPoint.Check(coordinate, 0)).Should().Throw<ArgumentException>().WithMessage("*0.25*");
        FluentActions.Invoking(() => CursorPoint.Check(0, coordinate)).Should().Throw<ArgumentException>();
        CursorPoint.Check(1e9, -1e9).Should().Be(new CursorPoint(1e9, -1e9));
    }

    private static string Write(double value)
    {
        var buffer = new byte[CursorWire.MaxCursorBytes];
        var text = Encoding.UTF8.GetString(buffer, 0, CursorWire.Write(buffer, 1, new CursorPoint(value, 0)));
        return JsonSerializer.Deserialize<JsonElement>($"[{text}]")[1].GetRawText();
    }

    /// <summary>All digits that matter here: more than a double has.</summary>
    private static decimal Exact(double value) => decimal.Parse(value.ToString("F18", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
