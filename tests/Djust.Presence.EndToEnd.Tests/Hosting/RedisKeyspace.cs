using StackExchange.Redis;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>What is in a Redis, read from outside.</summary>
internal sealed class RedisKeyspace : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _connection;
    private readonly IDatabase _database;

    private RedisKeyspace(ConnectionMultiplexer connection) => (_connection, _database) = (connection, connection.GetDatabase());

    public static async Task<RedisKeyspace> ConnectAsync(string configuration) => new(await ConnectionMultiplexer.ConnectAsync(configuration));

    /// <summary>The names of all keys, in order.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (var key in _connection.GetServers().Single().KeysAsync(pattern: "*"))
        {
            keys.Add(key.ToString());
        }

        keys.Sort(StringComparer.Ordinal);
        return keys;
    }

    /// <summary>The keys that would stay for ever.</summary>
    public async Task<IReadOnlyList<string>> ImmortalKeysAsync()
    {
        var immortal = new List<string>();
        foreach (var key in await KeysAsync())
        {
            // A key that is gone meanwhile has no time to live either.
            if (await _database.KeyTimeToLiveAsync(key) is null && await _database.KeyExistsAsync(key))
            {
                immortal.Add(key);
            }
        }

        return immortal;
    }

    /// <summary>Every text in the store, of whatever type of key, with the key in front: to look for something that must not be there.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync()
    {
        var texts = new List<string>();
        foreach (var key in await KeysAsync())
        {
            texts.Add(key);
            texts.AddRange((await ContentAsync(key)).Select(text => $"{key} > {text}"));
        }

        return texts;
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private async Task<IEnumerable<string>> ContentAsync(string key) => await _database.KeyTypeAsync(key) switch
    {
        RedisType.String => [(await _database.StringGetAsync(key)).ToString()],
        RedisType.Hash => (await _database.HashGetAllAsync(key)).Select(entry => $"{entry.Name} = {entry.Value}"),
        RedisType.Set => (await _database.SetMembersAsync(key)).Select(member => member.ToString()),
        RedisType.SortedSet => (await _database.SortedSetRangeByRankAsync(key)).Select(member => member.ToString()),
        RedisType.None => [],
        var type => throw new NotSupportedException($"{key} is a {type}, and the test does not know how to read one."),
    };
}
