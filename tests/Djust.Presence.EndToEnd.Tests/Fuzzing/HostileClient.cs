using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Djust.Presence.EndToEnd.Tests.Fuzzing;

/// <summary>
/// Sends hostile messages in batches over a bare WebSocket. After each batch it asks something and waits: the server answers or closes the
/// connection, and is hung otherwise. A connection that was closed is opened again, as another visitor.
/// </summary>
internal sealed class HostileClient(Uri hub, int seed, FuzzCounts counts)
{
    private const int LongestBatch = 80;

    /// <summary>For failures only: far longer than a machine under load needs.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Nudge = TimeSpan.FromMilliseconds(100);

    private static readonly string LargePing = $$"""{"type":6,"x":"{{new string('p', 16_000)}}"}""";

    /// <summary>Lone surrogates become what a hostile client would put there: bytes that are no UTF-8, of which WebSockets let none through.</summary>
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly HostileFrames _frames = new(seed);

    /// <summary>Goes on until it has been told to stop, with a batch ended.</summary>
    /// <param name="goesOn">Asked before each batch.</param>
    public async Task RunAsync(Func<bool> goesOn)
    {
        while (goesOn())
        {
            using var socket = new ClientWebSocket();
            using var hang = new CancellationTokenSource(Hang);
            await socket.ConnectAsync(hub, hang.Token);
            counts.Connected();
            try
            {
                await VisitAsync(socket, goesOn);
            }
            catch (WebSocketException)
            {
                // The server closed while this was still sending.
                counts.Closed();
            }
        }
    }

    private async Task VisitAsync(ClientWebSocket socket, Func<bool> goesOn)
    {
        var isGreeted = !_frames.Chance(0.05);
        await SendAsync(socket, isGreeted ? "{\"protocol\":\"json\",\"version\":1}" : _frames.Handshake());
        for (var batch = 0; goesOn(); batch++)
        {
            var messages = Enumerable.Range(0, _frames.Next(LongestBatch) + 1).Select(_ => _frames.Rude()).ToList();
            if (_frames.Chance(0.15))
            {
                messages.Add(_frames.Broken());
            }

            await SendAllAsync(socket, messages);
            var question = $"ask{batch}";
            await SendAsync(socket, $$"""{"type":1,"invocationId":"{{question}}","target":"PresenceHeartbeat","arguments":[]}""");
            if (!await NudgedAsync(socket, AnsweredAsync(socket, question)))
            {
                counts.Closed();
                return;
            }

            counts.Answered();
            if (_frames.Chance(0.02))
            {
                // As a page does that is gone: without a word, or with half of one.
                await socket.SendAsync(Utf8.GetBytes("{\"type\":1,\"tar"), WebSocketMessageType.Text, _frames.Chance(0.5), CancellationToken.None);
                socket.Abort();
                return;
            }
        }
    }

    /// <summary>Each in a frame of its own, several in one, or one in several.</summary>
    private async Task SendAllAsync(ClientWebSocket socket, List<string> messages)
    {
        for (var at = 0; at < messages.Count;)
        {
            var count = _frames.Chance(0.7) ? 1 : Math.Min(messages.Count - at, _frames.Next(10) + 1);
            await SendAsync(socket, string.Join(HostileFrames.End, messages.Skip(at).Take(count)), count);
            at += count;
        }
    }

    private async Task SendAsync(ClientWebSocket socket, string text, int messages = 1)
    {
        using var hang = new CancellationTokenSource(Hang);
        ReadOnlyMemory<byte> bytes = Utf8.GetBytes(text + HostileFrames.End);
        var frames = 1;
        while (bytes.Length > 1 && _frames.Chance(0.1))
        {
            // Cut wherever it may be, in the middle of a character too: a part of a message's frame, or a frame of its own.
            var cut = _frames.Next(bytes.Length - 1) + 1;
            var isText = !_frames.Chance(0.5) && bytes.Span[cut] < 0x80 && bytes.Span[cut - 1] < 0x80;
            await socket.SendAsync(bytes[..cut], WebSocketMessageType.Text, endOfMessage: isText, hang.Token);
            (bytes, frames) = (bytes[cut..], frames + 1);
        }

        await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, hang.Token);
        counts.Sent(messages, frames);
    }

    /// <summary>At a message of an unknown type SignalR stops to read, and closes the connection when more waits than one message may have.</summary>
    private async Task<bool> NudgedAsync(ClientWebSocket socket, Task<bool> answered)
    {
        while (await Task.WhenAny(answered, Task.Delay(Nudge)) != answered && socket.State == WebSocketState.Open)
        {
            try
            {
                await SendAsync(socket, LargePing);
            }
            catch (WebSocketException)
            {
                // It is closing: whoever reads hears of that.
                break;
            }
        }

        return await answered;
    }

    /// <summary>Reads until the answer comes, or the end. All that comes has to be JSON.</summary>
    private async Task<bool> AnsweredAsync(ClientWebSocket socket, string question)
    {
        using var hang = new CancellationTokenSource(Hang);
        var (buffer, text) = (new byte[65_536], new MemoryStream());
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, hang.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return false;
            }

            text.Write(buffer, 0, part.Count);
            if (!part.EndOfMessage)
            {
                continue;
            }

            var isAnswered = false;
            foreach (var message in Utf8.GetString(text.GetBuffer(), 0, (int)text.Length).Split(HostileFrames.End, StringSplitOptions.RemoveEmptyEntries))
            {
                using var document = JsonDocument.Parse(message);
                counts.Received();
                isAnswered |= document.RootElement.TryGetProperty("invocationId", out var id) && id.GetString() == question;
            }

            if (isAnswered)
            {
                return true;
            }

            text.SetLength(0);
        }
    }
}
