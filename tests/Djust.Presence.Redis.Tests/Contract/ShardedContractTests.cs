using Djust.Presence.BackendContract;
using Djust.Presence.Redis.Tests.Hosting;
using Xunit;

namespace Djust.Presence.Redis.Tests.Contract;

/// <summary>The contract on a redis-server, with sharded pub/sub.</summary>
public sealed class ShardedContractTests(RedisFixture fixture) : PresenceBackendContract, IClassFixture<RedisFixture>
{
    protected override Task<IPresenceStore> CreateStoreAsync() =>
        Task.FromResult<IPresenceStore>(new RedisStore(fixture.Endpoint, options => options.UseShardedPubSub = true));
}
