namespace Djust.Presence;

/// <summary>
/// Orders this node's requests about one user in one group, from the request to the moment its callback is queued. Otherwise the callbacks
/// of a leave and the join that follows it could change places. Striped: unrelated users rarely share a gate.
/// </summary>
internal sealed class CommitGate
{
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1, 1))];

    public async ValueTask<PresenceCommit> RunAsync(string key, string userId, Func<ValueTask<PresenceCommit>> request, Action<PresenceChange> committed)
    {
        var stripe = _stripes[(uint)HashCode.Combine(key, userId) % (uint)_stripes.Length];
        await stripe.WaitAsync();
        try
        {
            var commit = await request();
            if (commit.Change is { } change)
            {
                committed(change);
            }

            return commit;
        }
        finally
        {
            stripe.Release();
        }
    }
}
