using System.IO.Pipelines;

namespace Djust.Presence;

/// <summary>
/// Hands large messages to a pipe in large segments. A pipe keeps its segments' objects for the connection's life: a state of a thousand
/// presences, written by the 4 kB, would leave dozens of them with each connection that once got one.
/// </summary>
/// <remarks>One flush for each message, as before: clients expect whole messages from the transport.</remarks>
internal sealed class LargeWrites(PipeWriter inner) : PipeWriter
{
    /// <summary>Always the same and not larger: the pool that they come from keeps some of each size, for as many messages as were under way at once.</summary>
    private const int SegmentSize = 16_384;

    /// <summary>What fits in two of the pipe's own segments is left to it.</summary>
    private const int Small = 8_192;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (source.Length <= Small)
        {
            return inner.WriteAsync(source, cancellationToken);
        }

        for (var rest = source.Span; !rest.IsEmpty;)
        {
            var segment = inner.GetSpan(SegmentSize);
            var part = rest[..Math.Min(rest.Length, segment.Length)];
            part.CopyTo(segment);
            inner.Advance(part.Length);
            rest = rest[part.Length..];
        }

        return inner.FlushAsync(cancellationToken);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
}
