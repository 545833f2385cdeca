using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Djust.Presence.Benchmarks;

/// <summary>
/// Sends as fast as it was told to, whatever comes back, and does read it. A server that reads more slowly slows it down: what it could not
/// send is not sent later. Ended by the server, it comes back after a second.
/// </summary>
/// <param name="port">The server's.</param>
/// <param name="path">The hub's, with the room.</param>
/// <param name="messages">What it sends, in turns.</param>
/// <param name="perSecond">How many messages a second.</param>
internal sealed class HostileConnection(int port, string path, string[] messages, int perSecond) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How often it sends: what is due is sent as one frame of the socket, which costs the sender least.</summary>
    private readonly TimeSpan _tick = TimeSpan.FromMilliseconds(perSecond > 1_000 ? 10 : 50);
    private RawSocket? _socket;
    private Task _reading = Task.CompletedTask;
    private int _next;

    public long Sent { get; private set; }

    /// <summary>How often the server has ended it.</summary>
    public int Ended { get; private set; }

    public async Task ConnectAsync()
    {
        _socket = await RawSocket.ConnectAsync(port, path);
        _reading = _socket.ReadBytesAsync(static _ => { });
    }

    public async Task FloodAsync(TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var due = TimeSpan.Zero;
        while (Stopwatch.GetElapsedTime(started) is var now && now < duration)
        {
            try
            {
                if (_socket is null || _reading.IsCompleted)
                {
                    Ended++;
                    _socket?.Dispose();
                    await Task.Delay(Pause);
                    await ConnectAsync();
                    due = Stopwatch.GetElapsedTime(started);
                    continue;
                }

                if (due > now)
                {
                    await Task.Delay(due - now);
                }

                var count = (int)(perSecond * _tick.TotalSeconds);
                await _socket.SendAsync(string.Join('\u001e', Enumerable.Range(_next, count).Select(i => messages[i % messages.Length]))).WaitAsync(duration - Stopwatch.GetElapsedTime(started));
                _next = (_next + count) % messages.Length;
                Sent += count;

                // Late: a second at most is caught up with.
                due = now - due > Pause ? now : due + _tick;
            }
            catch (Exception e) when (e is WebSocketException or SocketException or IOException or ObjectDisposedException)
            {
                // The server has had enough.
                _socket?.Dispose();
                _socket = null;
            }
            catch (Exception e) when (e is TimeoutException or ArgumentOutOfRangeException)
            {
                // The time was over while the server read nothing.
                return;
            }
        }
    }

    public void Dispose() => _socket?.Dispose();
}
