using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>Two node processes whose dates are ten minutes apart, five in either direction from Redis's.</summary>
public sealed class ClockSkewTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Shift = TimeSpan.FromMinutes(4);

    /// <summary>More than two of the nodes' timeouts: whoever a wrong clock drops has gone by then.</summary>
    private static readonly TimeSpan Observation = TimeSpan.FromSeconds(11);

    [ShiftedClockFact]
    public async Task Nodes_whose_clocks_are_minutes_off_drop_nobody_and_keep_nobody_who_is_dead()
    {
        var prefix = "c" + Guid.NewGuid().ToString("N")[..12];
        var starting = new[] { ShiftedNode.StartAsync("-5m", redis.Endpoint, prefix), ShiftedNode.StartAsync("+5m", redis.Endpoint, prefix) };
        await using var early = await starting[0];
        await using var late = await starting[1];
        (await early.DateAsync()).Should().BeBefore(DateTimeOffset.UtcNow - Shift);
        (await late.DateAsync()).Should().BeAfter(DateTimeOffset.UtcNow + Shift);
        foreach (var (document, survivor, victim) in new[] { ("1", early, late), ("2", late, early) })
        {
            await survivor.ConnectAsync(document, "Survivor");
            await victim.ConnectAsync(document, "Victim");
            await BothListAsync(document, early, late);
        }

        // Real time, since it is the clocks that are looked at.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var started = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(started) < Observation; await timer.WaitForNextTickAsync())
        {
            foreach (var (document, node) in new[] { ("1", early), ("1", late), ("2", early), ("2", late) })
            {
                (await node.NamesAsync(document)).Should().Equal(["Survivor", "Victim"], "nobody is dropped");
            }
        }

        await late.KillAsync();
        await Eventually.TrueAsync(async () => (await early.NamesAsync("1")).SequenceEqual(["Survivor"]), "nobody of the killed node is immortal, whose clock was ahead");
        await using var again = await ShiftedNode.StartAsync("+5m", redis.Endpoint, prefix);
        await again.ConnectAsync("2", "Survivor");
        await BothListAsync("2", early, again);
        await early.KillAsync();
        await Eventually.TrueAsync(async () => (await again.NamesAsync("2")).SequenceEqual(["Survivor"]), "nobody of the killed node is immortal, whose clock was behind");
    }

    private static async Task BothListAsync(string document, params ShiftedNode[] nodes)
    {
        foreach (var node in nodes)
        {
            await Eventually.TrueAsync(async () => (await node.NamesAsync(document)).SequenceEqual(["Survivor", "Victim"]), "the node lists both");
        }
    }
}
