using Djust.Presence.BackendContract;
using Djust.Presence.Redis.Tests.Hosting;
using Xunit;

namespace Djust.Presence.Redis.Tests.Contract;

/// <summary>The contract on a Redis Cluster of three masters.</summary>
public sealed class ClusterContractTests(ClusterFixture fixture) : PresenceBackendContract, IClassFixture<ClusterFixture>
{
    protected override Task<IPresenceStore> CreateStoreAsync() => Task.FromResult<IPresenceStore>(new RedisStore(fixture.Endpoints));
}
