using Djust.Presence.Backends;
using FluentAssertions;

namespace Djust.Presence.BackendContract;

/// <summary>
/// Does random things to one group and to a <see cref="NaiveModel"/> of it, and compares after each. Leases and timeouts are either endless
/// or let run out on the spot, so that a real clock that is late changes nothing.
/// </summary>
internal sealed partial class RandomHistory
{
    private static readonly string[] Users = ["ada", "grace", "mary"];
    private static readonly string[] Connections = ["c1", "c2", "c3"];
    private static readonly string[] Metas = ["m1", "m2", "m3"];

    private readonly NaiveModel _model = new();
    private readonly IPresenceStore _store;
    private readonly Random _random;
    private readonly string _key;
    private readonly ContractNode _observer;
    private readonly ModelNode[] _nodes;
    private readonly HashSet<PresenceEntryId> _removed = [];

    private RandomHistory(IPresenceStore store, int seed, string key, ContractNode observer, ModelNode[] nodes)
    {
        _store = store;
        _random = new Random(seed);
        _key = key;
        _observer = observer;
        _nodes = nodes;
    }

    public List<string> Log { get; } = [];

    private TimeSpan Forever => _store.Unit * 10_000;

    /// <param name="store">The store.</param>
    /// <param name="seed">What the randomness starts from.</param>
    /// <param name="key">The group.</param>
    /// <param name="observer">A node that stays alive.</param>
    /// <param name="nodes">Nodes for the history to start and kill.</param>
    public static async Task<RandomHistory> StartAsync(IPresenceStore store, int seed, string key, ContractNode observer, ContractNode[] nodes)
    {
        var started = new List<ModelNode>();
        foreach (var node in nodes)
        {
            started.Add(new ModelNode(node, (await node.RenewAsync(store.Unit * 10_000)).Generation));
        }

        return new RandomHistory(store, seed, key, observer, [.. started]);
    }

    public async Task StepAsync()
    {
        await (_random.Next(100) switch
        {
            < 30 => JoinAsync(Any(_nodes), Any(Users), Any(Connections), Any(Metas)),
            < 40 => JoinAloneAsync(Any(Users), Any(Metas)),
            < 48 => UpdateAsync(Any(_nodes).Contract.Entry(Any(Connections)), Any(Metas)),
            < 52 => UpdateUserAsync(Any(Users), Any(Metas)),
            < 68 => HoldAsync(Any(_nodes).Contract.Entry(Any(Connections))),
            < 78 => LeaveAsync(Any(_nodes).Contract.Entry(Any(Connections))),
            < 80 => LeaveUserAsync(Any(Users)),
            < 84 => HeartbeatAsync(Any(Users)),
            < 87 => ExpireAsync(Any(Users)),
            < 90 => LoseAsync(Any(_nodes)),
            < 94 => RenewAsync(Any(_nodes)),
            < 95 => ReleaseAsync(Any(_nodes)),
            _ => SweepAsync(),
        });
        await CompareAsync();
    }

    /// <summary>Everybody leaves.</summary>
    public async Task EndAsync()
    {
        foreach (var user in Users)
        {
            await LeaveUserAsync(user);
        }

        await CompareAsync();
    }

    private async Task JoinAsync(ModelNode node, string user, string connection, string meta)
    {
        var id = node.Contract.Entry(connection);
        var held = _model.Of(user).Where(entry => entry.Held).ToArray();
        if (_model.Find(id) is { } known ? known.User != user : held.Length > 1 || held.Any(entry => !entry.IsAlive))
        {
            // Which of several held entries passes on is nobody's business; and a connection has one user.
            return;
        }

        // Asserting anew what somebody has removed is for the store to refuse, for as long as it remembers.
        var keepMeta = _random.Next(4) == 0 && !_removed.Contains(id);
        Log.Add($"{id} joins as {user} with {meta}{(keepMeta ? " if it is new" : string.Empty)}");
        var commit = await node.Contract.JoinAsync(_key, user, connection, new { m = meta }, keepMeta: keepMeta);
        (commit.Outcome == PresenceOutcome.LeaseLost).Should().Be(!node.IsAlive);
        if (node.IsAlive)
        {
            _model.Join(id, node, user, meta, commit.Ref, keepMeta);
            _removed.Remove(id);
        }

        Announced(commit);
    }

    private async Task JoinAloneAsync(string user, string meta)
    {
        Log.Add($"{user} joins alone with {meta}");
        var commit = await Any(_nodes).Contract.JoinAloneAsync(_key, user, Forever, new { m = meta });
        _model.Join(PresenceEntryId.ForUser(user), null, user, meta, commit.Ref);
        Announced(commit);
    }

    private async Task UpdateAsync(PresenceEntryId id, string meta)
    {
        var entry = _model.Find(id);
        if (entry is { IsAlive: false })
        {
            // It may answer either way: what has run out may have been removed or not.
            return;
        }

        Log.Add($"{id} updates to {meta}");
        var commit = await _observer.Backend.UpdateAsync(_key, PresenceTarget.Of(id), PresenceMeta.From(new { m = meta }));
        (commit.Outcome == PresenceOutcome.NotFound).Should().Be(entry is null);
        if (entry is not null)
        {
            _model.Write(entry, meta);
        }

        Announced(commit);
    }

    private async Task UpdateUserAsync(string user, string meta)
    {
        var entries = _model.Of(user);
        if (entries.Any(entry => !entry.IsAlive))
        {
            return;
        }

        Log.Add($"{user} updates to {meta}");
        var commit = await _observer.UpdateUserAsync(_key, user, new { m = meta });
        (commit.Outcome == PresenceOutcome.NotFound).Should().Be(entries.Length == 0);
        Array.ForEach(entries, entry => _model.Write(entry, meta));
        Announced(commit);
    }

    private async Task HoldAsync(PresenceEntryId id)
    {
        Log.Add($"{id} is held");
        var commit = await _observer.Backend.HoldAsync(_key, id);
        commit.Held.Should().Be(_model.Find(id) is { } entry && _model.Hold(entry));
        Announced(commit);
    }

    private async Task LeaveAsync(PresenceEntryId id)
    {
        Log.Add($"{id} leaves");
        var commit = await _observer.Backend.LeaveAsync(_key, PresenceTarget.Of(id), PresenceChangeReason.Disconnected);
        var found = _model.Entries.RemoveAll(entry => entry.Id == id) > 0;
        (commit.Outcome == PresenceOutcome.NotFound).Should().Be(!found);
        Announced(commit);
    }

    private async Task LeaveUserAsync(string user)
    {
        Log.Add($"{user} leaves");
        _removed.UnionWith(_model.Of(user).Select(entry => entry.Id));
        var commit = await _observer.LeaveUserAsync(_key, user);
        var found = _model.Entries.RemoveAll(entry => entry.User == user) > 0;
        (commit.Outcome == PresenceOutcome.NotFound).Should().Be(!found);
        Announced(commit);
    }

    private Task CompareAsync() => Eventually.PassesAsync(async () =>
        NaiveModel.Listed(await _observer.ReadAsync(_key)).Should().BeEquivalentTo(_model.Listed()));

    private void Announced(PresenceCommit commit) => _model.Announced(commit.Change is { } change ? [change] : []);

    private T Any<T>(T[] choices) => choices[_random.Next(choices.Length)];
}
