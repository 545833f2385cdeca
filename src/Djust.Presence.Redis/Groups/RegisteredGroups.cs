using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>
/// Keeps the list of the groups in which this node has entries, for whoever has to clean up after it. A group is on the list before the
/// first entry is in the group, and is taken off some time after the last.
/// </summary>
internal sealed class RegisteredGroups(RedisLink link, RedisKeys keys, RedisPresenceOptions options)
{
    private const int Chunk = 500;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _registered = new(StringComparer.Ordinal);
    private string _owner = string.Empty;

    /// <summary>Puts a group on the list of an owner, if it is not there.</summary>
    /// <returns>What to wait for before the answer to the request that follows is given; in a cluster, before that request is made.</returns>
    public Task EnsureAsync(string owner, string key)
    {
        lock (_gate)
        {
            return IsNew(owner, key) ? SendAsync(owner, [key]) : Task.CompletedTask;
        }
    }

    /// <summary>Puts many groups on the list of an owner.</summary>
    public async Task EnsureAsync(string owner, IEnumerable<string> groups)
    {
        foreach (var chunk in groups.Chunk(Chunk))
        {
            await SendAsync(owner, chunk);
            lock (_gate)
            {
                foreach (var key in chunk)
                {
                    IsNew(owner, key);
                }
            }
        }
    }

    /// <summary>Puts many groups on the list of another node's lease: what is told there in its place has to be found.</summary>
    public async Task AddAsync(string owner, IEnumerable<string> groups)
    {
        foreach (var chunk in groups.Chunk(Chunk))
        {
            await SendAsync(owner, chunk);
        }
    }

    /// <summary>The groups on the list of an owner.</summary>
    public async Task<string[]> ReadAsync(string owner) =>
        [.. (await link.CallAsync(database => database.SetMembersAsync(keys.GroupsOf(owner)))).Select(member => (string)member!)];

    /// <summary>Deletes the list of an owner.</summary>
    public Task DeleteAsync(string owner) => link.CallAsync(database => database.KeyDeleteAsync(keys.GroupsOf(owner)));

    /// <summary>A request that followed did not reach the store: the list may lack the group.</summary>
    public void Forget(string key)
    {
        lock (_gate)
        {
            _registered.Remove(key);
        }
    }

    /// <summary>Takes groups off the list in which the node has nothing any more.</summary>
    public Task PruneAsync(string owner, Func<string, bool> isEmpty)
    {
        lock (_gate)
        {
            // Sent under the lock: a request that puts the group on the list again comes after it.
            string[] over = owner == _owner ? [.. _registered.Where(isEmpty)] : [];
            Array.ForEach(over, key => _registered.Remove(key));
            return over.Length == 0
                ? Task.CompletedTask
                : link.CallAsync(database => database.SetRemoveAsync(keys.GroupsOf(owner), [.. over.Select(key => (RedisValue)key)]));
        }
    }

    /// <summary>Renews the lifetime of the list.</summary>
    public Task TouchAsync(string owner) => link.CallAsync(database => database.KeyExpireAsync(keys.GroupsOf(owner), options.KeyLifetime));

    private bool IsNew(string owner, string key)
    {
        if (owner != _owner)
        {
            _registered.Clear();
            _owner = owner;
        }

        return _registered.Add(key);
    }

    private Task<bool> SendAsync(string owner, string[] groups) => link.CallAsync(async database =>
    {
        // As one step: a list without a lifetime would stay for good if this node ended in between.
        var name = keys.GroupsOf(owner);
        var transaction = database.CreateTransaction();
        var added = transaction.SetAddAsync(name, [.. groups.Select(key => (RedisValue)key)]);
        var expires = transaction.KeyExpireAsync(name, options.KeyLifetime);
        await transaction.ExecuteAsync();
        await added;
        return await expires;
    });
}
