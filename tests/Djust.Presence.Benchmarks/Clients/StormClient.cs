using System.Diagnostics;

namespace Djust.Presence.Benchmarks;

/// <summary>Joins a room and counts what it is sent: bytes, messages, and how many people it has been told of.</summary>
internal sealed class StormClient : IDisposable
{
    private readonly MessageScanner _scanner = new("\"joinedAt\":"u8.ToArray());
    private readonly Dictionary<long, int> _messagesOfSecond = [];
    private readonly RawSocket _socket;
    private readonly int _everybody;
    private readonly TaskCompletionSource<long> _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StormClient(RawSocket socket, int everybody)
    {
        (_socket, _everybody) = (socket, everybody);
        if (everybody == 0)
        {
            _complete.SetResult(Stopwatch.GetTimestamp());
        }

        _ = socket.ReadBytesAsync(Read);
    }

    public long Bytes { get; private set; }

    /// <summary>Messages other than pings.</summary>
    public long Messages { get; private set; }

    public int Known { get; private set; }

    /// <summary>When it was told of everybody, as a timestamp.</summary>
    public Task<long> Complete => _complete.Task;

    /// <summary>The most messages that came in one second of the clock.</summary>
    public int MostInASecond => _messagesOfSecond.Values.DefaultIfEmpty().Max();

    public static async Task<StormClient> ConnectAsync(BenchmarkServer server, string path, int everybody) =>
        new(await RawSocket.ConnectAsync(server.Port, path), everybody);

    public void Dispose() => _socket.Dispose();

    private void Read(ReadOnlyMemory<byte> bytes)
    {
        Bytes += bytes.Length;
        _scanner.Read(bytes.Span, Count);
    }

    private void Count(string head, int people)
    {
        if (!head.StartsWith("""{"type":1,""", StringComparison.Ordinal))
        {
            return;
        }

        var now = Stopwatch.GetTimestamp();
        Messages++;
        var second = now / Stopwatch.Frequency;
        _messagesOfSecond[second] = _messagesOfSecond.GetValueOrDefault(second) + 1;
        var isWhole = head.Contains("\"PresenceState\"", StringComparison.Ordinal) || head.Contains("\"List\"", StringComparison.Ordinal);
        Known = isWhole ? people : Known + people;
        if (Known >= _everybody)
        {
            _complete.TrySetResult(now);
        }
    }
}
