using System.Net;
using System.Net.Sockets;

namespace Djust.Presence.Testing;

/// <summary>A port of 127.0.0.1 on which nobody listens now. Somebody may before it is used: whoever takes one tries again with another.</summary>
internal static class FreePort
{
    /// <summary>
    /// Below the ports that the system gives to clients. A client that tries again and again to reach a stopped server
    /// would in the end get the server's own port and be connected with itself, and the server could not start again.
    /// </summary>
    private const int First = 20_000;

    private const int End = 32_000;

    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                socket.Listen();
                return port;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
            }
        }
    }
}
