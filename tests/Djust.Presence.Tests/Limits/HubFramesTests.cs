using System.Buffers;
using CsCheck;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR.Protocol;
using Xunit;

namespace Djust.Presence.Tests.Limits;

public sealed class HubFramesTests
{
    private static readonly MessagePackHubProtocol MessagePack = new();
    private static readonly JsonHubProtocol Json = new();

    [Fact]
    public void The_ends_are_those_at_which_the_protocols_themselves_cut() =>
        Gen.Select(Gen.String.Array[0, 12], Gen.Int[1, 15], Gen.Int[1, 40], Gen.Bool).Sample((texts, max, pieceSize, json) =>
        {
            IHubProtocol protocol = json ? Json : MessagePack;
            var messages = texts.Select(text => protocol.GetMessageBytes(new InvocationMessage("Say", [Clean(text)])).ToArray()).ToArray();
            var all = messages.SelectMany(bytes => bytes).ToArray();

            var sequence = Pieces(all, pieceSize);
            var (count, end) = HubFrames.Find(protocol.Name, sequence, max);

            count.Should().Be(Math.Min(max, messages.Length));
            sequence.Slice(0, end).Length.Should().Be(messages.Take(max).Sum(bytes => bytes.Length));
        }, iter: 500);

    [Theory]
    [InlineData("json")]
    [InlineData("messagepack")]
    public void A_message_that_is_not_whole_yet_is_no_message_and_comes_with_the_rest(string name)
    {
        IHubProtocol protocol = name == "json" ? Json : MessagePack;
        var bytes = protocol.GetMessageBytes(new InvocationMessage("Say", ["a long enough text to be cut in pieces of seven bytes each"])).ToArray();
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var part = new ReadOnlySequence<byte>(bytes, 0, cut);
            var (count, end) = HubFrames.Find(name, part, 10);
            count.Should().Be(0);
            part.Slice(end).IsEmpty.Should().BeTrue("SignalR must look at all of it, or it would never wait for more");
        }
    }

    [Fact]
    public void A_length_that_never_ends_and_a_protocol_that_is_not_known_hold_nothing_back()
    {
        var endless = new ReadOnlySequence<byte>([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        HubFrames.Find("messagepack", endless, 3).Should().Be((0, endless.End));
        HubFrames.Find("of the application's own", endless, 3).Should().Be((1, endless.End));
        HubFrames.Find(null, endless, 3).Should().Be((1, endless.End));
    }

    /// <summary>A half of a pair is no text that a client could have sent.</summary>
    private static string Clean(string text) => string.Concat(text.Where(c => !char.IsSurrogate(c)));

    private static ReadOnlySequence<byte> Pieces(byte[] bytes, int size)
    {
        var first = new Piece(ReadOnlyMemory<byte>.Empty, 0);
        var last = first;
        for (var i = 0; i < bytes.Length; i += size)
        {
            last = last.Then(bytes.AsMemory(i, Math.Min(size, bytes.Length - i)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long before) => (Memory, RunningIndex) = (memory, before);

        public Piece Then(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
