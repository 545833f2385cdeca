using System.Buffers;
using System.IO.Pipelines;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Delivery;

public sealed class LargeWritesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8_192)]
    [InlineData(8_193)]
    [InlineData(16_384)]
    [InlineData(100_000)]
    public async Task A_message_arrives_whole_with_one_flush_and_after_what_was_written_before(int length)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var writer = new LargeWrites(pipe.Writer);
        var message = Random.Shared.GetItems<byte>([1, 2, 3], length);

        writer.GetSpan(1)[0] = 9;
        writer.Advance(1);
        await writer.WriteAsync(message);

        pipe.Reader.TryRead(out var read).Should().BeTrue();
        read.Buffer.ToArray().Should().Equal((byte[])[9, .. message]);
    }

    [Fact]
    public async Task A_large_message_takes_few_segments()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));

        await new LargeWrites(pipe.Writer).WriteAsync(new byte[100_000]);

        pipe.Reader.TryRead(out var read).Should().BeTrue();
        Segments(read.Buffer).Should().Be(7, "100,000 bytes are seven times 16,384 and would be 25 times 4,096");
    }

    [Fact]
    public async Task A_large_message_waits_for_a_reader_that_is_behind()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 65_536, resumeWriterThreshold: 32_768));

        var write = new LargeWrites(pipe.Writer).WriteAsync(new byte[70_000]).AsTask();
        write.IsCompleted.Should().BeFalse();
        var read = await pipe.Reader.ReadAsync();
        pipe.Reader.AdvanceTo(read.Buffer.End);

        (await write).IsCompleted.Should().BeFalse("the reader goes on");
    }

    private static int Segments(ReadOnlySequence<byte> buffer)
    {
        var count = 0;
        foreach (var segment in buffer)
        {
            count += segment.IsEmpty ? 0 : 1;
        }

        return count;
    }
}
