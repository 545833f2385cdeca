using System.Text.Json;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR.Protocol;
using Xunit;

namespace Djust.Presence.Tests.Delivery;

public sealed class PresenceStateMessageTests
{
    private static readonly JsonHubProtocol Json = new();
    private static readonly MessagePackHubProtocol MessagePack = new();
    private static readonly RoomView View = RoomView.Of(PresenceSnapshot.Create("k", "e", 3, [Person("ada", 1), Person("bob", 2), Person("cy", 3)]));

    [Fact]
    public void Everybody_who_joins_at_once_shares_one_list_and_is_told_who_they_are()
    {
        var state = View.State(10);
        var (ada, bob) = (state.For(new RoomSelf("ada", 1), null), state.For(new RoomSelf("bob", 2), null));

        Pieces(ada).Should().BeSameAs(Pieces(bob));
        Read(bob).GetProperty("self").GetRawText().Should().Be("""{"id":"bob","ref":2}""");
    }

    [Fact]
    public void Both_protocols_say_the_same()
    {
        foreach (var message in new[] { View.State(10).For(null, null), View.State(10).For(new RoomSelf("ada", 1), null), View.State(2).For(new RoomSelf("cy", 3), Person("cy", 3)) })
        {
            JsonSerializer.Serialize(message.ArgumentFor(MessagePack)).Should().Be(JsonSerializer.Serialize(message.ArgumentFor(Json)));
        }
    }

    [Fact]
    public void Whoever_is_beyond_what_others_are_shown_stands_at_the_end_of_their_own_list()
    {
        var mine = Read(View.State(2).For(new RoomSelf("cy", 3), Person("cy", 3)));
        var theirs = Read(View.State(2).For(new RoomSelf("ada", 1), null));

        Names(mine).Should().Equal("ada", "bob", "cy");
        Names(theirs).Should().Equal("ada", "bob");
    }

    [Fact]
    public void A_list_of_thousands_is_whole_and_in_order_though_no_block_of_it_is_large()
    {
        var many = RoomView.Of(PresenceSnapshot.Create("k", "e", 3, Enumerable.Range(1, 2_000).Select(i => Person($"user {i}", i)))).State(5_000).For(null, null);

        Names(Read(many)).Should().Equal(Enumerable.Range(1, 2_000).Select(i => $"user {i}"));
        Pieces(many).Should().HaveCountGreaterThan(10).And.OnlyContain(piece => piece.Length <= 16_384);
        JsonSerializer.Serialize(many.ArgumentFor(MessagePack)).Should().Be(JsonSerializer.Serialize(many.ArgumentFor(Json)));
    }

    [Fact]
    public void Nobody_is_an_empty_list() => Names(Read(RoomView.Of(PresenceSnapshot.Empty("k")).State(10).For(null, null))).Should().BeEmpty();

    private static Presence Person(string id, int @ref) =>
        new("k", id, DateTimeOffset.UnixEpoch.AddSeconds(@ref), PresenceMeta.From(new { name = id }), [new PresenceConnection(@ref)]);

    private static JsonElement Read(RoomMessage message) => JsonSerializer.SerializeToElement(message.ArgumentFor(Json));

    private static IEnumerable<string?> Names(JsonElement state) => state.GetProperty("presences").EnumerateArray().Select(presence => presence.GetProperty("id").GetString());

    private static IReadOnlyList<byte[]> Pieces(RoomMessage message) => ((WireState)message.ArgumentFor(Json)!).Pieces;
}
