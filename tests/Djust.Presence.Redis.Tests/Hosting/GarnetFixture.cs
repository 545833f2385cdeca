using Xunit;

namespace Djust.Presence.Redis.Tests.Hosting;

/// <summary>One Garnet for the tests of a class. They share it by using keys of their own.</summary>
public sealed class GarnetFixture : IAsyncLifetime
{
    public string Endpoint => Server.Endpoint;

    internal InProcessGarnet Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await InProcessGarnet.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
