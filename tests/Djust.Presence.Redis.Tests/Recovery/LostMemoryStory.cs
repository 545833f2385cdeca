using Djust.Presence.Backends;
using Djust.Presence.Redis.Tests.Cost;
using Djust.Presence.Redis.Tests.Groups;

namespace Djust.Presence.Redis.Tests.Recovery;

/// <summary>One history of one group, made from a seed: what the nodes ask is real, what the store held before is a plain list.</summary>
internal sealed class LostMemoryStory
{
    private static readonly Losses Memory = new(Store: true, Lease: false);

    private readonly string _key;
    private readonly CostNode[] _nodes;
    private readonly Random _random;
    private readonly StoredGroup _before = new("before");
    private readonly RedisGroup[] _groups;
    private readonly List<GroupChange> _feed = [];

    /// <summary>Who is connected, by connection: the truth.</summary>
    private readonly Dictionary<string, string> _connected = [];
    /// <summary>Users of whom some node had not heard the last when the memory was lost: nothing more happens to them before all have told.</summary>
    private readonly HashSet<string> _behind = new(StringComparer.Ordinal);

    private HashSet<string> _heard = new(StringComparer.Ordinal);
    private int _connections;

    public LostMemoryStory(string key, CostNode[] nodes, Random random)
    {
        (_key, _nodes, _random) = (key, nodes, random);
        _groups = [.. nodes.Select(node => node.Backend.Groups.Enter(key))];
    }

    public List<string> Breaks { get; } = [];

    public async Task RunAsync()
    {
        Live(_random.Next(1, 12));
        _heard.UnionWith(_connected.Values);
        for (var step = _random.Next(0, 8); step > 0; step--)
        {
            Meanwhile(_random.Next(_nodes.Length));
        }

        await TellAsync();
        var users = (await _nodes[0].Backend.Groups.Reader.ReadAsync(_key)).Users.Select(user => $"{user.Id} {user.Entries.Length}").Order();
        var truth = _connected.Values.CountBy(user => user).Select(user => $"{user.Key} {user.Value}").Order();
        Expect(users.SequenceEqual(truth), $"there are {string.Join(", ", users)} and not {string.Join(", ", truth)}");
        Expect(_heard.SetEquals(_connected.Values), $"heard were {string.Join(", ", _heard)} and not {string.Join(", ", _connected.Values.Distinct())}");
        foreach (var (node, group) in _nodes.Zip(_groups))
        {
            group.Locked(replica => replica.Own.Select(own => own.Id).ToArray().Count(replica.Own.Remove));
            node.Backend.Groups.Exit(group);
        }
    }

    /// <summary>What happened before, and how much each node has heard of it: at least what it did itself.</summary>
    private void Live(int steps)
    {
        var known = new int[_nodes.Length];
        for (; steps > 0; steps--)
        {
            var node = _random.Next(_nodes.Length);
            if (_random.Next(3) == 0 && OneOf(node) is { } ended)
            {
                _connected.Remove(ended);
                _feed.Add(_before.Leave(ended)!);
                Own(node, replica => replica.Own.Remove(Id(node, ended)));
            }
            else
            {
                var (connection, user) = (NewConnection(node), NewUser());
                _connected.Add(connection, user);
                var change = _before.Join(_nodes[node].Id + ".0", connection, user, Meta());
                _feed.Add(change);
                Own(node, replica => replica.Confirm(Join(node, connection, user, change.User.Find(_before.Find(connection)!.Ref)!.Value.Meta), _before.Find(connection)!.Ref, change, null));
            }

            known[node] = _feed.Count;
        }

        for (var node = 0; node < _nodes.Length; node++)
        {
            var heard = _feed.Take(_random.Next(known[node], _feed.Count + 1)).ToArray();
            Own(node, replica =>
            {
                replica.Reset(new GroupState(_key, "before", 0, []), []);
                Array.ForEach(heard, change => replica.Take(change));
            });
            _behind.UnionWith(_feed.Skip(heard.Length).Select(change => change.User.Id));
        }
    }

    /// <summary>Something happens at a node while the store is away.</summary>
    private void Meanwhile(int node) => Own(node, replica =>
    {
        if (_random.Next(2) == 0 && OneOf(node) is { } ended)
        {
            if (_behind.Contains(_connected[ended]))
            {
                return;
            }

            _connected.Remove(ended);
            replica.Leave(PresenceTarget.Of(Id(node, ended)), PresenceChangeReason.Requested);
        }
        else
        {
            var (connection, user) = (NewConnection(node), NewUser());
            if (_behind.Contains(user))
            {
                return;
            }

            _connected.Add(connection, user);
            replica.Join(Join(node, connection, user, Meta()), DateTimeOffset.UtcNow, null);
        }
    });

    /// <summary>All come back, one after another or at the same time, and each takes out what others have told in its place when it has told all.</summary>
    private async Task TellAsync()
    {
        var vouched = _nodes.Select(node => node.Id + ".0").ToHashSet();
        var order = Enumerable.Range(0, _nodes.Length).OrderBy(_ => _random.Next()).ToArray();
        var atOnce = _random.Next(2) == 0;
        var tasks = new List<Task>();
        foreach (var node in order)
        {
            var telling = TellAsync(node, vouched.Where(owner => owner != _nodes[node].Id + ".0").ToHashSet());
            tasks.Add(telling);
            if (!atOnce)
            {
                await telling;
                Hear();
            }
        }

        await Task.WhenAll(tasks);
        Hear();
    }

    private async Task TellAsync(int node, HashSet<string> vouched)
    {
        var teller = _nodes[node].Backend.Groups.Teller;
        Own(node, replica => replica.Untell());
        await teller.TellAsync(_groups[node], new Telling(Memory, vouched));

        // As at the end of telling: from here on nobody vouches for the lease that there was before.
        await _nodes[node].Backend.Groups.Leases.ForgetAsync(_nodes[node].Id + ".0");
        await teller.DiscardAsync(_key, _nodes[node].Id + ".0");
    }

    /// <summary>What was handed out; of several nodes at once it is put into the order in which the store made it.</summary>
    private void Hear()
    {
        var changes = new List<PresenceChange>();
        foreach (var node in _nodes)
        {
            while (node.Backend.Groups.Teller.Next() is { } change)
            {
                changes.Add(change);
            }
        }

        var lives = changes.GroupBy(change => change.Epoch).Select(life => life.OrderBy(change => change.Version).ToArray()).ToArray();
        var heard = Follow(_heard, lives);
        Expect(heard is not null, $"does not follow what came before: {string.Join(", ", changes.Select(change => $"{change.Epoch}/{change.Version} {change.Kind} {change.Presence.Id}"))}");
        _heard = heard ?? [];
    }

    /// <summary>Who is there after all this. Which life of a group that was empty in between came first, nothing says.</summary>
    private static HashSet<string>? Follow(HashSet<string> heard, PresenceChange[][] lives) => lives.Length == 0
        ? heard
        : lives.Select(life => Follow(heard, life) is { } after ? Follow(after, [.. lives.Where(other => other != life)]) : null).FirstOrDefault(after => after is not null);

    private static HashSet<string>? Follow(HashSet<string> heard, PresenceChange[] life)
    {
        var now = heard.ToHashSet(StringComparer.Ordinal);
        return Array.TrueForAll(life, change => change.Kind switch
        {
            PresenceChangeKind.Join => now.Add(change.Presence.Id),
            PresenceChangeKind.Leave => now.Remove(change.Presence.Id),
            _ => now.Contains(change.Presence.Id),
        }) ? now : null;
    }

    private string? OneOf(int node) =>
        _connected.Keys.Where(connection => connection.StartsWith(_nodes[node].Id, StringComparison.Ordinal)).OrderBy(_ => _random.Next()).FirstOrDefault();

    private string NewConnection(int node) => $"{_nodes[node].Id}-{++_connections}";

    private string NewUser() => "u" + _random.Next(4);

    private PresenceMeta Meta() => PresenceMeta.From(new { name = _random.Next(3) });

    private PresenceEntryId Id(int node, string connection) => new(connection, _nodes[node].Id);

    private PresenceJoin Join(int node, string connection, string user, PresenceMeta meta) =>
        new() { Key = _key, Entry = Id(node, connection), UserId = user, Meta = meta };

    private void Own(int node, Action<GroupReplica> use) => _groups[node].Locked(replica =>
    {
        use(replica);
        return true;
    });

    private void Expect(bool isTrue, string otherwise)
    {
        if (!isTrue)
        {
            Breaks.Add(otherwise);
        }
    }
}
