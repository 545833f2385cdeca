namespace Djust.Presence.EndToEnd.Tests.Fuzzing;

/// <summary>What a run of the hub's fuzzer did; written by many connections at once.</summary>
internal sealed class FuzzCounts
{
    private long _messages;
    private long _frames;
    private long _answers;
    private long _connections;
    private long _closed;
    private long _received;

    public long Messages => Volatile.Read(ref _messages);

    public void Sent(int messages, int frames)
    {
        Interlocked.Add(ref _messages, messages);
        Interlocked.Add(ref _frames, frames);
    }

    /// <summary>A question after a batch was answered: all before it was taken.</summary>
    public void Answered() => Interlocked.Increment(ref _answers);

    public void Connected() => Interlocked.Increment(ref _connections);

    /// <summary>The server closed a connection.</summary>
    public void Closed() => Interlocked.Increment(ref _closed);

    public void Received() => Interlocked.Increment(ref _received);

    public override string ToString() =>
        $"{_messages} hub messages in {_frames} WebSocket frames over {_connections} connections; {_closed} were closed by the server; {_answers} batches were answered; {_received} messages came back";
}
