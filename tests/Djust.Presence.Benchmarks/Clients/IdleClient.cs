namespace Djust.Presence.Benchmarks;

/// <summary>A client of which nothing is heard but the ping that every SignalR client sends; it counts what it is sent beside pings.</summary>
internal sealed class IdleClient : IDisposable
{
    private readonly RawSocket _socket;

    private IdleClient(RawSocket socket) => _socket = socket;

    /// <summary>Messages other than pings.</summary>
    public long Messages { get; private set; }

    public static async Task<IdleClient> ConnectAsync(BenchmarkServer server, string path, bool moves)
    {
        var client = new IdleClient(await RawSocket.ConnectAsync(server.Port, path));
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = client._socket.ReadAsync(message => client.Read(message, answered), bufferSize: 1_024);
        await answered.Task;
        if (moves)
        {
            await client._socket.SendAsync("""{"type":1,"target":"CursorMove","arguments":[0.5,0.5]}""");
        }

        return client;
    }

    public Task PingAsync() => _socket.SendAsync("""{"type":6}""");

    public void Dispose() => _socket.Dispose();

    private void Read(string message, TaskCompletionSource answered)
    {
        // The answer to the handshake comes first.
        answered.TrySetResult();
        Messages += message.StartsWith("""{"type":1""", StringComparison.Ordinal) ? 1 : 0;
    }
}
