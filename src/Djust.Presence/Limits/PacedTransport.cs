using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Djust.Presence;

/// <summary>
/// A transport that tells when its client was heard, and reads no faster than the client may send. What is too much stays unread, so that the
/// client's own socket fills: nothing is lost, nothing piles up here, and messages that no hub method answers cost as little as others.
/// </summary>
/// <remarks>SignalR itself times out only clients that have sent a ping at least once, and does not say when one came.</remarks>
internal sealed class PacedTransport(IDuplexPipe inner, string? protocol, IntakePace pace) : PipeReader, IDuplexPipe
{
    public PipeReader Input => this;

    public PipeWriter Output { get; } = new LargeWrites(inner.Output);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        // Short waits only: an end of the connection is noticed after.
        while (pace.Wait() is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, pace.Time, cancellationToken);
        }

        return Take(await inner.Input.ReadAsync(cancellationToken));
    }

    public override bool TryRead(out ReadResult result)
    {
        if (pace.Wait() > TimeSpan.Zero || !inner.Input.TryRead(out var read))
        {
            result = default;
            return false;
        }

        result = Take(read);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        pace.Heard();
        inner.Input.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.Input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Input.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.Input.CompleteAsync(exception);

    /// <summary>As many whole messages as may be read now; the rest is there at once for the next read. A part of one counts as one: bytes sent singly are work too.</summary>
    private ReadResult Take(ReadResult read)
    {
        if (read.Buffer.IsEmpty)
        {
            return read;
        }

        var (count, end) = HubFrames.Find(protocol, read.Buffer, pace.Allowed);
        pace.Read(Math.Max(1, count));
        var taken = read.Buffer.Slice(0, end);
        return taken.Length == read.Buffer.Length ? read : new ReadResult(taken, read.IsCanceled, isCompleted: false);
    }
}
