using System.Collections.Immutable;
using CsCheck;

namespace Djust.Presence.Tests.Model;

/// <summary>A group that random but valid changes happen to, with a dictionary as the naive model of who is there.</summary>
internal sealed class RandomGroup
{
    private readonly Dictionary<string, Presence> _users = new(StringComparer.Ordinal);
    private long _version;
    private int _lastRef;
    private int _clock;

    /// <summary>Who does something, what kind of thing, and whether time passes before.</summary>
    public static readonly Gen<(int User, int Action, int Pause)[]> Steps =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[0, 1]).Select((user, action, pause) => (user, action, pause)).Array[0, 40];

    public PresenceSnapshot Snapshot => PresenceSnapshot.Create("k", "e", _version, _users.Values);

    /// <summary>The users in the order of a list, by sorting.</summary>
    public Presence[] Listed => [.. _users.Values.OrderBy(user => user.JoinedAt).ThenBy(user => user.Id, StringComparer.Ordinal)];

    public List<PresenceChange> Run(IEnumerable<(int User, int Action, int Pause)> steps) => [.. steps.Select(Step)];

    private PresenceChange Step((int User, int Action, int Pause) step)
    {
        _clock += step.Pause;
        var id = "u" + step.User;
        if (!_users.TryGetValue(id, out var user))
        {
            return Commit(PresenceChangeKind.Join, new Presence("k", id, DateTimeOffset.UnixEpoch.AddMilliseconds(_clock), Meta(step.Action), [new PresenceConnection(++_lastRef)]));
        }

        return step.Action switch
        {
            0 or 1 => Commit(PresenceChangeKind.Leave, user),
            2 => Commit(PresenceChangeKind.Connections, With(user, user.Meta, user.Connections.Add(new PresenceConnection(++_lastRef)))),
            3 when user.Connections.Length > 1 => Commit(PresenceChangeKind.Connections, With(user, user.Meta, user.Connections.RemoveAt(0))),
            _ => Commit(PresenceChangeKind.Update, With(user, Meta(step.Action), user.Connections)),
        };
    }

    private PresenceChange Commit(PresenceChangeKind kind, Presence presence)
    {
        if (kind == PresenceChangeKind.Leave)
        {
            _users.Remove(presence.Id);
        }
        else
        {
            _users[presence.Id] = presence;
        }

        return new PresenceChange { Key = "k", Epoch = "e", Version = ++_version, Kind = kind, Presence = presence };
    }

    private static PresenceMeta Meta(int value) => PresenceMeta.From(new { m = value % 3 });

    private static Presence With(Presence user, PresenceMeta meta, ImmutableArray<PresenceConnection> connections) =>
        new(user.Key, user.Id, user.JoinedAt, meta, connections);
}
