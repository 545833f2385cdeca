using Djust.Presence.Redis.Tests.Hosting;
using Xunit;

namespace Djust.Presence.Redis.Tests.Recovery;

/// <summary>On redis-server.</summary>
public sealed class RedisRestoreTests(RedisFixture redis) : RestoreTests, IClassFixture<RedisFixture>
{
    protected override string Endpoint => redis.Endpoint;
}
