using Xunit;

namespace Djust.Presence.Redis.Tests.Hosting;

/// <summary>One cluster for the tests of a class. They share it by using keys of their own.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    public string Endpoints => Cluster.Endpoints;

    internal RedisCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await RedisCluster.StartAsync();

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
