namespace Djust.Presence;

/// <summary>
/// Tells other nodes of the cursors that this node's connections have in one room: one message at a time, each with the newest positions only, so a
/// store that is slow gets fewer messages and not older ones. Used by one flush at a time, but for <see cref="Ask"/> and <see cref="Again"/>.
/// </summary>
internal sealed class CursorRelay(string key, IPresenceBackend backend, PresenceNode node, ILogger logger)
{
    private Task _telling = Task.CompletedTask;
    private long _told;
    private volatile bool _asks;
    private volatile bool _again;
    private bool _failing;

    /// <summary>Whether there can be other nodes.</summary>
    public bool IsNeeded => backend.IsShared;

    /// <summary>Asks other nodes for all that they have, with the next message.</summary>
    public void Ask() => _asks = true;

    /// <summary>Another node has asked.</summary>
    public void Again() => _again = true;

    /// <summary>Whether a message is from another node.</summary>
    public bool IsForeign(CursorMessage message) => message.Node != node.Id;

    /// <summary>Tells what is new, unless the message before is still on its way.</summary>
    /// <param name="cursors">The room's cursors.</param>
    /// <param name="wake">Has this called again.</param>
    public void Tell(RoomCursors cursors, Action wake)
    {
        var frame = cursors.Frame;
        if (!IsNeeded || !_telling.IsCompleted || (frame == _told && !_asks && !_again))
        {
            return;
        }

        var (asks, from) = (_asks, _again ? 0 : _told);
        (_asks, _again, _told) = (false, false, frame);
        if (cursors.Tell(node.Id, asks, from) is { } message)
        {
            _telling = TellAsync(message, asks, from);
            _ = WakeAfterAsync(_telling, wake);
        }
    }

    private async Task TellAsync(byte[] message, bool asks, long from)
    {
        try
        {
            await backend.PublishAsync(key, new PresenceMessage(string.Empty, message));
            _failing = false;
        }
        catch (Exception e)
        {
            // Told again with the next flush: with what is the newest then.
            _told = from;
            _asks |= asks;
            if (!_failing)
            {
                RoomLog.CursorsNotTold(logger, new LogId(key), new LoggedException(e));
            }

            _failing = true;
        }
    }

    /// <summary>What is woken must find the message told: what has moved meanwhile would else wait for another move.</summary>
    private static async Task WakeAfterAsync(Task telling, Action wake)
    {
        await telling;
        wake();
    }
}
