using Djust.Presence.Redis.Tests.Hosting;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Redis.Tests.Nodes;

public sealed class RevocationTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Key = "document:42";

    private readonly string _prefix = "v" + Guid.NewGuid().ToString("N")[..12];

    [Fact]
    public async Task What_is_revoked_on_one_node_ends_on_the_other()
    {
        await using var a = await StartAsync();
        await using var b = await StartAsync();
        await using var observer = await PresenceClient.ConnectAsync(a, "/hubs/document/42?name=Observer");
        await observer.StateAsync();
        await using var mallory = await PresenceClient.ConnectAsync(b, "/hubs/document/42?name=Mallory");
        await mallory.StateAsync();
        var id = mallory.SelfId;
        await Eventually.TrueAsync(() => observer.Replay().ContainsKey(id), "they see each other");

        (await a.Manager.RevokeAsync(Key, id))!.Id.Should().Be(id);

        await Eventually.TrueAsync(() => observer.Leaves.Contains(id), "others hear of it");
        await Eventually.TrueAsync(() => mallory.States.Last().GetProperty("count").GetInt32() == 0, "it is told that nobody is there");
        await Eventually.TrueAsync(
            () => b.Services.GetRequiredService<ConnectionRegistry>().All.All(connection => connection.Memberships.Length == 0), "the other node has nobody in the room");
        observer.Leaves.Should().Equal(id);
    }

    private Task<PresenceServer> StartAsync() => PresenceServer.StartAsync(
        app => app.MapHub<DocumentHub>("/hubs/document/{docId}"),
        builder => builder.Services.AddSignalR().AddMessagePackProtocol().AddPresence().AddRedisPresence(redis.Endpoint, options => options.KeyPrefix = _prefix));
}
