using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Djust.Presence.Testing;

/// <summary>
/// Carries the bytes of one connection in one direction, in their order. That the sender closed goes through the same
/// queue: a network that is slow or dead is slow or dead for that too.
/// </summary>
internal sealed class ProxyPump(Socket from, Socket to, Direction direction, FaultyNetwork network)
{
    private const int ChunkLength = 8 * 1024;

    /// <summary>When so many wait no more is read, and in the end the sender cannot send.</summary>
    private const int Chunks = 512;

    private readonly Channel<(byte[] Bytes, long Received)> _chunks = Channel.CreateBounded<(byte[], long)>(
        new BoundedChannelOptions(Chunks) { SingleReader = true, SingleWriter = true });

    private long _pendingBytes;
    private long _lostBytes;
    private volatile bool _isBroken;

    /// <summary>How many bytes were received and not yet sent on.</summary>
    public long PendingBytes => Interlocked.Read(ref _pendingBytes);

    public long LostBytes => Interlocked.Read(ref _lostBytes);

    /// <summary>Whether something was lost, so that nothing that follows may be sent on.</summary>
    public bool IsBroken => _isBroken;

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkLength];
        int length;
        do
        {
            length = await ReceiveAsync(buffer, cancellationToken);
            Interlocked.Add(ref _pendingBytes, length);
            await _chunks.Writer.WriteAsync((buffer[..length], Stopwatch.GetTimestamp()), cancellationToken);
        }
        while (length > 0);
    }

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await using var stream = new NetworkStream(to, ownsSocket: false);
        await foreach (var (bytes, received) in _chunks.Reader.ReadAllAsync(cancellationToken))
        {
            if (await IsLostAsync(received, cancellationToken))
            {
                Lose(bytes.Length);
            }
            else if (bytes.Length == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }
            else
            {
                await stream.WriteAsync(bytes, cancellationToken);
            }

            Interlocked.Add(ref _pendingBytes, -bytes.Length);
        }
    }

    private async Task<int> ReceiveAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await from.ReceiveAsync(buffer, cancellationToken);
        }
        catch (SocketException)
        {
            // A sender that broke off has closed, too: what it had sent before is still on its way.
            return 0;
        }
    }

    /// <summary>Waits until bytes may leave, by the faults of each moment and not by those of when they came.</summary>
    private async Task<bool> IsLostAsync(long received, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (faults, changed) = network.Look();
            if (_isBroken || faults.Dropped.HasFlag(direction))
            {
                return true;
            }

            var wait = Timeout.InfiniteTimeSpan;
            if (!faults.Held.HasFlag(direction))
            {
                var remaining = faults.DelayOf(direction) - Stopwatch.GetElapsedTime(received);
                if (remaining <= TimeSpan.Zero)
                {
                    return false;
                }

                // Timers count whole milliseconds.
                wait = TimeSpan.FromMilliseconds(Math.Ceiling(remaining.TotalMilliseconds));
            }

            await changed.WaitAsync(wait, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private void Lose(int length)
    {
        _isBroken = true;
        Interlocked.Add(ref _lostBytes, length);

        // Whoever healed the network between the look and this did not see that the connection is broken.
        if (!network.Look().Faults.Dropped.HasFlag(direction))
        {
            throw new IOException("Bytes were lost, and the network is well again.");
        }
    }
}
