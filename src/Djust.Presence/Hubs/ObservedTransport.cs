using System.IO.Pipelines;

namespace Djust.Presence;

/// <summary>
/// A transport that tells when its client was heard. SignalR itself times out only clients that have sent a ping at least once, and does not
/// say when one came.
/// </summary>
internal sealed class ObservedTransport(IDuplexPipe inner, Action heard) : IDuplexPipe
{
    public PipeReader Input { get; } = new ObservedReader(inner.Input, heard);

    public PipeWriter Output { get; } = inner.Output;

    private sealed class ObservedReader(PipeReader inner, Action heard) : PipeReader
    {
        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => inner.ReadAsync(cancellationToken);

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            // Called once for each read that brought something: no extra await on the way of every message.
            heard();
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }
}
