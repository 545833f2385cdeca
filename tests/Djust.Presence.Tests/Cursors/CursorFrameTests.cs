using System.Text.Json;
using CsCheck;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Cursors;

public sealed class CursorFrameTests
{
    private const string Key = "\"a \\\"key\\\" é\"";

    private static readonly Gen<(int[] Moves, int[] Gone)> Frames =
        Gen.Select(Gen.Int[1, 30].HashSet[0, 12], Gen.Int[31, 60].HashSet[0, 5]).Select((moves, gone) => (moves.ToArray(), gone.ToArray()));

    [Theory]
    [InlineData(0, "[1,0.1,-1,2,0.2,-2,3,0.3,-3]")]
    [InlineData(1, "[2,0.2,-2,3,0.3,-3]")]
    [InlineData(2, "[1,0.1,-1,3,0.3,-3]")]
    [InlineData(3, "[1,0.1,-1,2,0.2,-2]")]
    [InlineData(4, "[1,0.1,-1,2,0.2,-2,3,0.3,-3]")]
    public void A_receivers_own_cursor_is_left_out_wherever_it_stands(int own, string moves) =>
        Json(Frame([1, 2, 3], []).For(own)).Should().Be($"{{\"key\":{Key},\"moves\":{moves}}}");

    [Fact]
    public void Where_only_its_own_moved_there_is_nothing_for_a_receiver()
    {
        Frame([7], []).For(7).Should().BeNull();
        Frame([7], []).For(8).Should().NotBeNull();
        Frame([], []).For(0).Should().BeNull();
        Frame([], []).For(7).Should().BeNull();
    }

    [Fact]
    public void Cursors_that_ended_are_told_even_where_nothing_moved()
    {
        Json(Frame([], [4, 5]).For(7)).Should().Be($"{{\"key\":{Key},\"moves\":[],\"gone\":[4,5]}}");
        Json(Frame([7], [4]).For(7)).Should().Be($"{{\"key\":{Key},\"moves\":[],\"gone\":[4]}}");
    }

    [Fact]
    public void The_end_of_its_own_cursor_is_no_news_to_a_receiver()
    {
        Frame([], [7]).For(7).Should().BeNull();
        Json(Frame([1], [7]).For(7)).Should().Be($"{{\"key\":{Key},\"moves\":[1,0.1,-1]}}");
        Json(Frame([], [7, 8]).For(7)).Should().Be($"{{\"key\":{Key},\"moves\":[],\"gone\":[8]}}");
    }

    [Fact]
    public void Receivers_whose_own_is_not_in_it_share_one_message()
    {
        var frame = Frame([1, 2], []);
        frame.For(0).Should().BeSameAs(frame.For(9));
        frame.For(1).Should().NotBeSameAs(frame.For(9));
    }

    [Fact]
    public void Every_receiver_gets_exactly_what_is_not_its_own() => Gen.Select(Frames, Gen.Int[0, 62]).Sample((given, own) =>
    {
        var frame = Frame(given.Moves, given.Gone);
        var moves = given.Moves.Where(@ref => @ref != own).ToArray();
        var gone = given.Gone.Where(@ref => @ref != own).ToArray();
        var message = frame.For(own);
        (message is null).Should().Be(moves.Length + gone.Length == 0);
        if (message is not null)
        {
            message.Target.Should().Be("CursorFrame");
            var read = JsonSerializer.Deserialize<JsonElement>(Json(message));
            CursorFrames.Moves(read).Should().Equal(moves.Select(@ref => (@ref, @ref / 10.0, (double)-@ref)));
            CursorFrames.Gone(read).Should().Equal(gone);
            read.TryGetProperty("gone", out _).Should().Be(gone.Length > 0);
        }
    });

    private static CursorFrame Frame(int[] moves, int[] gone) => new(
        System.Text.Encoding.UTF8.GetBytes(Key),
        1,
        [.. moves.Select(@ref => new RoomCursor(@ref) { Point = new CursorPoint(@ref / 10.0, -@ref) })],
        gone);

    private static string Json(RoomMessage? message) =>
        JsonSerializer.Serialize(message!.ArgumentFor(new Microsoft.AspNetCore.SignalR.Protocol.JsonHubProtocol()));
}
