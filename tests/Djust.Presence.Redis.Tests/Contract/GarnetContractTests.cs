using Djust.Presence.BackendContract;
using Djust.Presence.Redis.Tests.Hosting;
using Xunit;

namespace Djust.Presence.Redis.Tests.Contract;

/// <summary>The contract on Garnet in this process.</summary>
public sealed class GarnetContractTests(GarnetFixture fixture) : PresenceBackendContract, IClassFixture<GarnetFixture>
{
    protected override Task<IPresenceStore> CreateStoreAsync() => Task.FromResult<IPresenceStore>(new RedisStore(fixture.Endpoint));
}
