using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Xunit;

namespace Djust.Presence.Tests.Cursors;

/// <summary>Two nodes, one store, one cache.</summary>
public sealed class CursorCacheTests : IDisposable
{
    private readonly FakeLoggerProvider _logs = new();
    private readonly MemoryDistributedCache _cache = new(Options.Create(new MemoryDistributedCacheOptions()));
    private readonly CursorTestsNode _one;
    private readonly CursorTestsNode _two;

    public CursorCacheTests()
    {
        _one = new CursorTestsNode(null, _cache, services => services.AddSingleton<ILoggerProvider>(_logs));
        _two = new CursorTestsNode(_one, _cache);
    }

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task Both_nodes_find_every_users_last_position()
    {
        var clients = new List<CursorTestsNode.Client>();
        foreach (var user in Enumerable.Range(0, 5))
        {
            clients.Add(await _one.ConnectAsync("a" + user));
            clients.Add(await _two.ConnectAsync("b" + user));
        }

        for (var round = 1; round <= 20; round++)
        {
            clients.ForEach(client => client.Move(round, clients.IndexOf(client)));
            if (round % 5 == 0)
            {
                await Task.WhenAll(_one.KeepAsync(), _two.KeepAsync());
            }
        }

        await KeepAsync();
        var expected = string.Join(' ', clients.OrderBy(client => client.Connection.Id).Select(client => $"{client.Connection.Id}=20,{clients.IndexOf(client)}"));
        (await _one.PositionsAsync()).Should().Be(expected);
        (await _two.PositionsAsync()).Should().Be(expected);
    }

    [Fact]
    public async Task What_two_nodes_that_list_themselves_at_once_have_lost_is_there_a_second_later()
    {
        var (ada, bob) = (await _one.ConnectAsync("ada"), await _two.ConnectAsync("bob"));
        ada.Move(1, 1);
        bob.Move(2, 2);
        await KeepAsync();

        // As if both had read an empty list: the second wrote over the first.
        await _cache.SetAsync(CursorCacheFormat.NodesKey(CursorTestsNode.Key), CursorCacheFormat.WriteNodes([_two.Node.Id]));
        (await _two.PositionsAsync()).Should().Be("bob=2,2");
        await KeepAsync();
        (await _two.PositionsAsync()).Should().Be("ada=1,1 bob=2,2");
        (await _one.PositionsAsync()).Should().Be("ada=1,1 bob=2,2");
    }

    [Fact]
    public async Task Garbage_in_the_cache_is_as_nothing_and_is_written_over()
    {
        var (ada, bob) = (await _one.ConnectAsync("ada"), await _two.ConnectAsync("bob"));
        ada.Move(1, 1);
        bob.Move(2, 2);
        await KeepAsync();
        await _cache.SetAsync(CursorCacheFormat.NodesKey(CursorTestsNode.Key), [0xff, 0xfe]);
        await _cache.SetAsync(CursorCacheFormat.PositionsKey(CursorTestsNode.Key, _one.Node.Id), "[[[["u8.ToArray());
        (await _two.PositionsAsync()).Should().Be("bob=2,2");
        ada.Move(3, 3);
        await KeepAsync();
        (await _two.PositionsAsync()).Should().Be("ada=3,3 bob=2,2");
    }

    [Fact]
    public async Task What_a_node_wrote_that_was_killed_then_ends_by_itself()
    {
        var clock = new CacheClock();
        var cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions { Clock = clock }));
        using var killed = new CursorTestsNode(null, cache);
        using var survivor = new CursorTestsNode(killed, cache);
        (await killed.ConnectAsync("ada")).Move(1, 1);
        await killed.KeepAsync();
        (await survivor.PositionsAsync()).Should().Be("ada=1,1");

        clock.UtcNow += new PresenceOptions().CursorTimeout;

        (await survivor.PositionsAsync()).Should().BeEmpty();
        clock.UtcNow += new PresenceOptions().CursorTimeout;
        (await cache.GetAsync(CursorCacheFormat.NodesKey(CursorTestsNode.Key))).Should().BeNull("the list of nodes ends too");
    }

    [Fact]
    public async Task A_cursor_that_ended_disappears_on_the_other_node_and_so_does_the_entry()
    {
        var (ada, bob) = (await _one.ConnectAsync("ada"), await _two.ConnectAsync("bob"));
        ada.Move(1, 1);
        bob.Move(2, 2);
        await KeepAsync();
        (await _one.Cursors.RemoveCursorAsync(CursorTestsNode.Key, "ada")).Should().BeTrue();
        await KeepAsync();
        (await _two.PositionsAsync()).Should().Be("bob=2,2");
        (await _cache.GetAsync(CursorCacheFormat.PositionsKey(CursorTestsNode.Key, _one.Node.Id))).Should().BeNull();
        await bob.LeaveAsync();
        await _two.UntilAsync(() => _two.Node.Get<RoomRegistry>().Count == 0, "the room is gone");
        await KeepAsync();
        (await _one.PositionsAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_user_on_two_nodes_is_where_they_moved_last()
    {
        var (here, there) = (await _one.ConnectAsync("ada"), await _two.ConnectAsync("ada"));
        here.Move(1, 1);
        _one.Node.Time.Advance(TimeSpan.FromSeconds(1));
        there.Move(2, 2);
        await KeepAsync();
        (await _one.PositionsAsync()).Should().Be("ada=2,2");
        _one.Node.Time.Advance(TimeSpan.FromSeconds(1));
        here.Move(3, 3);
        await KeepAsync();
        (await _two.PositionsAsync()).Should().Be("ada=3,3");
    }

    [Fact]
    public async Task Several_nodes_with_a_cache_of_their_own_are_warned_of_once()
    {
        var ada = await _one.ConnectAsync("ada");
        await _two.ConnectAsync("bob");
        for (var i = 0; i < 5; i++)
        {
            ada.Move(i, i);
            await KeepAsync();
        }

        _logs.Collector.GetSnapshot().Should().ContainSingle(record => record.Id.Id == 41);
    }

    [Fact]
    public async Task A_cache_that_fails_is_logged_once_and_live_cursors_go_on()
    {
        var cache = new ThrowingCache();
        using var node = new CursorTestsNode(null, cache, services => services.AddSingleton<ILoggerProvider>(_logs));
        var (ada, bob) = (await node.ConnectAsync("ada"), await node.ConnectAsync("bob"));
        var keeper = node.Node.Get<CursorKeeper>();
        await keeper.StartAsync(CancellationToken.None);
        for (var i = 1; i <= 5; i++)
        {
            var calls = cache.Calls;
            ada.Move(i, i);
            await node.UntilAsync(() => bob.Cursors.GetValueOrDefault(ada.Ref) == (i, i) && cache.Calls > calls, "Bob sees it, and the cache was tried");
            (await node.PositionsAsync()).Should().Be($"ada={i},{i}");
        }

        await keeper.StopAsync(CancellationToken.None);
        var records = _logs.Collector.GetSnapshot();
        records.Should().ContainSingle(record => record.Id.Id == 40);
        records.Should().ContainSingle(record => record.Id.Id == 43);
    }

    private async Task KeepAsync()
    {
        await _one.KeepAsync();
        await _two.KeepAsync();
        await _one.KeepAsync();
    }

    private sealed class CacheClock : ISystemClock
    {
        public DateTimeOffset UtcNow { get; set; } = DateTimeOffset.UnixEpoch;
    }
}
