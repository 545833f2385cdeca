using System.Text;
using Djust.Presence.Backends;
using Djust.Presence.Backends.Memory;
using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Djust.Presence.Tests.Delivery;

/// <summary>Two servers on one store.</summary>
public sealed class CursorNodesTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly MemoryPresenceBackend _store = new(TimeProvider.System);
    private readonly SharedBackend _backend;
    private PresenceServer _one = null!;
    private PresenceServer _two = null!;

    public CursorNodesTests() => _backend = new SharedBackend(_store);

    public async Task InitializeAsync() => (_one, _two) = (await StartAsync(_backend), await StartAsync(new SharedBackend(_store)));

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    public async Task Moves_on_one_node_arrive_at_the_clients_of_the_other()
    {
        await using var ada = await ConnectAsync(_one);
        await using var bob = await ConnectAsync(_two);
        for (var i = 1; i <= 30; i++)
        {
            await ada.Connection.SendAsync("CursorMove", i + 0.0, 0.5);
            await bob.Connection.SendAsync("CursorMove", i + 0.0, 0.25);
        }

        await Eventually.TrueAsync(() => bob.Cursors.GetValueOrDefault(ada.SelfRef) == (30, 0.5) && ada.Cursors.GetValueOrDefault(bob.SelfRef) == (30, 0.25), "the last positions arrive");
        (ada.Cursors.Count, bob.Cursors.Count).Should().Be((1, 1), "nobody gets their own back");
        await ada.Connection.InvokeAsync("Untrack");
        await Eventually.TrueAsync(() => bob.Cursors.Count == 0, "it goes with its owner");
    }

    [Fact]
    public async Task A_node_tells_at_most_once_a_tick()
    {
        var clients = new List<PresenceClient>();
        for (var i = 0; i < 5; i++)
        {
            clients.Add(await ConnectAsync(_one));
        }

        await using var bob = await ConnectAsync(_two);
        var (before, started) = (_backend.Published, TimeProvider.System.GetTimestamp());
        for (var i = 1; i <= 100; i++)
        {
            foreach (var client in clients)
            {
                await client.Connection.InvokeAsync("CursorMove", i + 0.0, 0.5);
            }
        }

        await Eventually.TrueAsync(() => clients.TrueForAll(client => bob.Cursors.GetValueOrDefault(client.SelfRef) == (100, 0.5)), "the last positions arrive");
        (_backend.Published - before).Should().BeLessThanOrEqualTo((int)(TimeProvider.System.GetElapsedTime(started) / Interval) + 2);
        clients.ForEach(client => _ = client.DisposeAsync().AsTask());
    }

    [Theory]
    [InlineData("/boards/1")]
    [InlineData("/mixed/1")]
    public async Task A_node_that_comes_late_asks_and_is_told_all(string path)
    {
        await using var ada = await ConnectAsync(_one, path: path);
        await using var witness = await ConnectAsync(_one, path: path);
        await ada.Connection.InvokeAsync("CursorMove", 1.0, 2.0);
        await Eventually.TrueAsync(() => witness.Cursors.Count == 1, "it has moved and stands still");
        await using var bob = await ConnectAsync(_two, path: path);
        await Eventually.TrueAsync(() => bob.Cursors.GetValueOrDefault(ada.SelfRef) == (1, 2), "the newcomer sees it");
    }

    [Fact]
    public async Task Garbage_and_what_a_node_has_said_itself_is_ignored()
    {
        await using var ada = await ConnectAsync(_one);
        await using var bob = await ConnectAsync(_two);
        var own = _one.Services.GetRequiredService<PresenceNode>().Id;
        foreach (var message in new[] { "", "\u0000", "null", "[]", "{\"node\":\"x\"}", "{\"node\":\"x\",\"moves\":[1,2],\"gone\":[]}", "{\"node\":\"x\",\"moves\":[1,1e999,0],\"gone\":[]}", $"{{\"node\":\"{own}\",\"moves\":[777,1,1],\"gone\":[]}}" })
        {
            await _store.PublishAsync("board:1", new PresenceMessage(string.Empty, Encoding.UTF8.GetBytes(message)));
        }

        await bob.Connection.InvokeAsync("CursorMove", 3.0, 3.0);
        await ada.Connection.InvokeAsync("CursorMove", 4.0, 4.0);
        await Eventually.TrueAsync(() => ada.Cursors.GetValueOrDefault(bob.SelfRef) == (3, 3) && bob.Cursors.GetValueOrDefault(ada.SelfRef) == (4, 4), "cursors go on");
        ada.Cursors.Keys.Should().Equal(bob.SelfRef);
        ada.Events.Should().BeEmpty("what nodes tell each other is not for clients");
        bob.Events.Should().BeEmpty();
    }

    [Fact]
    public async Task A_slow_store_does_not_delay_local_frames_and_the_newest_wins()
    {
        await using var ada = await ConnectAsync(_one);
        await using var witness = await ConnectAsync(_one);
        await using var bob = await ConnectAsync(_two);
        await ada.Connection.InvokeAsync("CursorMove", 0.5, 0.5);
        await Eventually.TrueAsync(() => bob.Cursors.Count == 1, "both nodes are there");
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = 0;
        _backend.BeforePublish = () =>
        {
            Interlocked.Increment(ref held);
            return stuck.Task;
        };
        var published = _backend.Published;
        for (var i = 1; i <= 10; i++)
        {
            await ada.Connection.InvokeAsync("CursorMove", i + 0.0, 1.0);
            await Eventually.TrueAsync(() => witness.Cursors.GetValueOrDefault(ada.SelfRef) == (i, 1), "it is seen here at once");
        }

        Volatile.Read(ref held).Should().Be(1);
        bob.Cursors[ada.SelfRef].Should().Be((0.5, 0.5));
        _backend.BeforePublish = () => Task.CompletedTask;
        stuck.SetResult();
        await Eventually.TrueAsync(() => bob.Cursors[ada.SelfRef] == (10, 1), "the newest arrives");
        (_backend.Published - published).Should().BeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_page_that_is_reloaded_onto_another_node_moves_its_one_cursor_there_at_once()
    {
        await using var bob = await ConnectAsync(_one);
        int @ref;
        await using (var ada = await ConnectAsync(_one, "ada"))
        {
            @ref = ada.SelfRef;
            await ada.Connection.InvokeAsync("CursorMove", 1.0, 1.0);
            await Eventually.TrueAsync(() => bob.Cursors.Count == 1, "Bob sees it");
        }

        await Eventually.TrueAsync(() => _one.Services.GetRequiredService<ConnectionRegistry>().Count == 1, "the page is gone");
        await using var again = await ConnectAsync(_two, "ada");
        again.SelfRef.Should().Be(@ref, "it came back in time");
        await again.Connection.InvokeAsync("CursorMove", 2.0, 2.0);
        await Eventually.TrueAsync(() => bob.Cursors.Values.Contains((2, 2)), "Bob sees it move, long before the cursor here has timed out");
        bob.Cursors.Should().ContainSingle();
    }

    private static Task<PresenceServer> StartAsync(SharedBackend backend) => PresenceServer.StartAsync(
        app =>
        {
            app.UseTestUsers();
            app.MapHub<PointerHub>("/boards/{id}");
            app.MapHub<MixedHub>("/mixed/{id}");
        },
        builder =>
        {
            builder.Services.AddSignalR().AddPresence(options =>
                (options.BroadcastInterval, options.LeaveGracePeriod, options.CursorTimeout) = (Interval, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)));
            builder.Services.AddSingleton<IPresenceBackend>(backend);
        });

    private static async Task<PresenceClient> ConnectAsync(PresenceServer server, string? user = null, string path = "/boards/1")
    {
        var client = await PresenceClient.ConnectAsync(server, path, user: user);
        await client.StateAsync();
        return client;
    }

    /// <summary>Has cursors through the mixin.</summary>
    [PresenceKey("mixed:{id}")]
    public sealed class MixedHub : Hub, IPresenceMixin
    {
        public override async Task OnConnectedAsync()
        {
            await this.TrackPresenceAsync();
            await base.OnConnectedAsync();
        }

        public Task CursorMove(double x, double y) => this.CursorMoveAsync(x, y);
    }
}
