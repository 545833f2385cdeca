using Djust.Presence.Backends;
using FluentAssertions;

namespace Djust.Presence.BackendContract;

/// <content>Heartbeats, leases and sweeps.</content>
internal sealed partial class RandomHistory
{
    public async Task SweepAsync()
    {
        Log.Add("sweep");
        var changes = await _observer.SweepAsync(full: _random.Next(2) == 0);
        _model.Entries.RemoveAll(entry => !entry.IsAlive);
        _model.Announced(changes.Where(change => change.Key == _key));
    }

    private async Task HeartbeatAsync(string user)
    {
        Log.Add($"{user} beats");
        (await Any(_nodes).Contract.HeartbeatAsync(_key, user, Forever)).Should().Be(_model.Find(PresenceEntryId.ForUser(user)) is { IsAlive: true });
    }

    private async Task ExpireAsync(string user)
    {
        if (_model.Find(PresenceEntryId.ForUser(user)) is { IsAlive: true } entry)
        {
            Log.Add($"{user} beats no more");
            (await _observer.HeartbeatAsync(_key, user, _store.Unit)).Should().BeTrue();
            await _store.AdvanceAsync(_store.Unit * 2);
            entry.Expired = true;
        }
    }

    private async Task LoseAsync(ModelNode node)
    {
        Log.Add($"{node.Contract.Id} dies");
        node.Generation = (await node.Contract.RenewAsync(_store.Unit)).Generation;
        await _store.AdvanceAsync(_store.Unit * 2);
        node.IsAlive = false;
    }

    private async Task RenewAsync(ModelNode node)
    {
        Log.Add($"{node.Contract.Id} renews");
        var lease = await node.Contract.RenewAsync(Forever);
        (lease.Generation == node.Generation).Should().Be(node.IsAlive);
        (node.Generation, node.IsAlive) = (lease.Generation, true);
    }

    private async Task ReleaseAsync(ModelNode node)
    {
        Log.Add($"{node.Contract.Id} is released");
        var changes = await node.Contract.ReleaseAsync();
        node.IsAlive = false;
        _model.Entries.RemoveAll(entry => entry.Node == node);
        _model.Announced(changes.Where(change => change.Key == _key));
    }
}
