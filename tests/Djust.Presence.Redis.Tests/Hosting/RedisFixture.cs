using Xunit;

namespace Djust.Presence.Redis.Tests.Hosting;

/// <summary>One Redis for the tests of a class. They share it by using keys of their own.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    public string Endpoint => Server.Endpoint;

    internal RedisServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
