using Djust.Presence.Backends;
using FluentAssertions;

namespace Djust.Presence.BackendContract;

/// <summary>Follows a feed as a room does, and notes every break of its rules: a change before the snapshot, a hole, another epoch, two calls at once.</summary>
internal sealed class FeedRecorder : IPresenceObserver
{
    private readonly Lock _gate = new();
    private readonly List<PresenceChange> _changes = [];
    private readonly List<PresenceMessage> _messages = [];
    private readonly List<string> _breaks = [];
    private readonly List<string> _log = [];
    private PresenceSnapshot? _state;
    private int _inside;

    /// <summary>The last snapshot with all changes since applied.</summary>
    public PresenceSnapshot? State => Read(() => _state);

    public IReadOnlyList<PresenceChange> Changes => Read<IReadOnlyList<PresenceChange>>(() => [.. _changes]);

    public IReadOnlyList<PresenceMessage> Messages => Read<IReadOnlyList<PresenceMessage>>(() => [.. _messages]);

    /// <summary>What came, in order: "snapshot", the kind of a change, the name of an event.</summary>
    public IReadOnlyList<string> Log => Read<IReadOnlyList<string>>(() => [.. _log]);

    public IReadOnlyList<string> Breaks => Read<IReadOnlyList<string>>(() => [.. _breaks]);

    public void OnSnapshot(PresenceSnapshot snapshot) => Called("snapshot", () => _state = snapshot);

    public void OnChange(PresenceChange change) => Called(change.Kind.ToString(), () =>
    {
        _changes.Add(change);
        if (_state is null)
        {
            _breaks.Add($"{change.Kind} at version {change.Version} came before any snapshot");
            return;
        }

        if (change.Epoch != _state.Epoch || change.Version != _state.Version + 1)
        {
            _breaks.Add($"{change.Kind} at {change.Epoch}/{change.Version} does not follow {_state.Epoch}/{_state.Version}");
        }

        _state = _state.Apply(change);
    });

    public void OnMessage(PresenceMessage message) => Called(message.Event, () => _messages.Add(message));

    /// <summary>Waits until everything that the nodes committed before this call has arrived: each node's marker comes after its changes.</summary>
    public async Task SettleAsync(string key, params ContractNode[] nodes)
    {
        foreach (var node in nodes)
        {
            var marker = "settled " + Guid.NewGuid().ToString("N");
            await node.Backend.PublishAsync(key, new PresenceMessage(marker, "null"u8.ToArray()));
            await Eventually.PassesAsync(() => Messages.Should().Contain(message => message.Event == marker));
        }

        Breaks.Should().BeEmpty();
    }

    private void Called(string what, Action action)
    {
        if (Interlocked.Exchange(ref _inside, 1) == 1)
        {
            lock (_gate)
            {
                _breaks.Add($"{what} came while another call was under way");
            }
        }

        lock (_gate)
        {
            _log.Add(what);
            action();
        }

        Volatile.Write(ref _inside, 0);
    }

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
