using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Limits;

/// <summary>The reader that SignalR reads from, over a pipe.</summary>
public sealed class PacedTransportTests : IDisposable
{
    private readonly LimitsHarness _node = new(messagesPerSecond: 200);
    private readonly LimitsHarness.Client _client = new();
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly IntakePace _pace;
    private readonly PacedTransport _transport;

    public PacedTransportTests()
    {
        _pace = new IntakePace(_node.Limits, _client);
        _transport = new PacedTransport(new Duplex(_pipe.Reader, _pipe.Writer), "json", _pace);
    }

    public void Dispose()
    {
        _pace.Dispose();
        _node.Dispose();
    }

    [Fact]
    public async Task Nothing_of_a_flood_is_lost_and_it_comes_in_order_at_the_rate()
    {
        await WriteAsync(Enumerable.Range(0, 1_000));
        await _pipe.Writer.CompleteAsync();
        var (read, start) = (new List<int>(), _node.Time.GetUtcNow());
        var reading = ReadToEndAsync(read);
        await Eventually.TrueAsync(() =>
        {
            _node.Time.Advance(TimeSpan.FromMilliseconds(5));
            return reading.IsCompleted;
        }, "all of it is read in the end");

        await reading;
        read.Should().Equal(Enumerable.Range(0, 1_000));
        (_node.Time.GetUtcNow() - start).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(4.8), "1,000 messages at 200 a second, of which 40 at once");
    }

    [Fact]
    public async Task A_client_within_the_rate_waits_for_nothing()
    {
        for (var i = 0; i < 30; i++)
        {
            await WriteAsync([i]);
            var result = await _transport.ReadAsync();
            Messages(result.Buffer).Should().Equal(i);
            _transport.AdvanceTo(result.Buffer.End);
        }

        _client.HeardTimes.Should().Be(30);
    }

    [Fact]
    public async Task A_part_of_a_message_is_handed_out_so_that_the_rest_is_waited_for()
    {
        await _pipe.Writer.WriteAsync("{\"type\":"u8.ToArray());
        var part = await _transport.ReadAsync();
        part.Buffer.Length.Should().Be(8);
        _transport.AdvanceTo(part.Buffer.Start, part.Buffer.End);
        var next = _transport.ReadAsync().AsTask();
        next.IsCompleted.Should().BeFalse();
        await _pipe.Writer.WriteAsync("6}\u001e"u8.ToArray());
        (await next).Buffer.Length.Should().Be(11);
    }

    [Fact]
    public async Task A_read_that_waits_for_a_message_can_be_cancelled()
    {
        var read = _transport.ReadAsync().AsTask();
        _transport.CancelPendingRead();
        (await read).IsCanceled.Should().BeTrue();
    }

    [Fact]
    public async Task Bytes_that_come_singly_are_counted_too()
    {
        var read = 0;
        for (var i = 0; i < 100; i++)
        {
            await _pipe.Writer.WriteAsync("x"u8.ToArray());
            if (_transport.TryRead(out var result))
            {
                read++;
                _transport.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }

        read.Should().Be(40, "a fifth of a second's worth at once");
    }

    private static IEnumerable<int> Messages(ReadOnlySequence<byte> buffer) =>
        Encoding.UTF8.GetString(buffer).Split('\u001e', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);

    private async Task WriteAsync(IEnumerable<int> messages) =>
        await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(messages.Select(message => message + "\u001e"))));

    private async Task ReadToEndAsync(List<int> read)
    {
        while (true)
        {
            var result = await _transport.ReadAsync();
            read.AddRange(Messages(result.Buffer));
            _transport.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
