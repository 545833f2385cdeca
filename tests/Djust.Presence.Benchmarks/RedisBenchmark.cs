using System.Diagnostics;
using System.Globalization;

namespace Djust.Presence.Benchmarks;

/// <summary>
/// What presence costs on top of Redis itself: each figure beside the same work through StackExchange.Redis alone, taken in turns in one run
/// against a redis-server of its own.
/// </summary>
internal static class RedisBenchmark
{
    private const int Callers = 64;
    private const int Rounds = 7;
    private const int PipelinedJoins = 10_000;
    private const int SequentialJoins = 2_000;
    private const int WarmLists = 1_000_000;

    private static readonly int[] Sizes = [100, 1_000, 10_000];

    public static async Task RunAsync()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        await using var server = await RedisServer.StartAsync();
        await using var raw = await RawRedis.ConnectAsync(server.Endpoint);
        await using var node = await RedisNode.StartAsync(server.Endpoint);
        await using var reader = await RedisNode.StartAsync(server.Endpoint);
        Console.WriteLine("| | alone | presence | ratio | budget |");
        Console.WriteLine("|---|---|---|---|---|");
        await JoinPipelinedAsync(raw, node, follows: false);
        await JoinPipelinedAsync(raw, node, follows: true);
        await JoinOneByOneAsync(raw, node, follows: false);
        await JoinOneByOneAsync(raw, node, follows: true);
        foreach (var size in Sizes)
        {
            await ListColdAsync(raw, node, reader, size, ownMetas: false);
        }

        await ListColdAsync(raw, node, reader, Sizes[^1], ownMetas: true);

        foreach (var size in Sizes)
        {
            await ListWarmAsync(reader, size);
        }
    }

    private static async Task JoinPipelinedAsync(RawRedis raw, RedisNode node, bool follows)
    {
        var (alone, presence) = await InTurnsAsync(
            round => ManyAsync(i => raw.JoinAsync($"raw:{follows}:{round}", i)),
            async round =>
            {
                var key = $"join:{follows}:{round}";
                await using var subscription = follows ? await node.FollowAsync(key) : null;
                return await ManyAsync(i => node.JoinAsync(key, i));
            });
        Write(
            $"join, {Callers} callers{Followed(follows)}",
            $"{PipelinedJoins / alone:N0}/s", $"{PipelinedJoins / presence:N0}/s", $"{alone / presence * 100:F0} %", "≥ 60 %");
    }

    private static async Task JoinOneByOneAsync(RawRedis raw, RedisNode node, bool follows)
    {
        await using var subscription = follows ? await node.FollowAsync($"one:{follows}") : null;
        var (alone, presence) = await InTurnsAsync(
            round => OneByOneAsync(i => raw.JoinAsync($"raw one:{follows}", (round * SequentialJoins) + i)),
            round => OneByOneAsync(i => node.JoinAsync($"one:{follows}", (round * SequentialJoins) + i)));
        Write($"join, one caller{Followed(follows)}", Microseconds(alone / SequentialJoins), Microseconds(presence / SequentialJoins), $"{presence / alone:F2}×", "≤ 1.3×");
    }

    private static async Task ListColdAsync(RawRedis raw, RedisNode node, RedisNode reader, int size, bool ownMetas)
    {
        var key = ownMetas ? $"own metas:{size}" : $"list:{size}";
        await Parallel.ForAsync(0, size, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (i, _) =>
            await node.JoinAsync(key, i, ownMetas ? PresenceMeta.From(new { name = $"Ada Lovelace {i}", color = "#6c63ff" }) : null));
        var (alone, presence) = await InTurnsAsync(_ => TimeAsync(() => raw.ReadAsync(key)), _ => TimeAsync(() => reader.ListAsync(key)), Rounds * 5);
        var allocated = await AllocatedAsync(() => reader.ListAsync(key));
        Write($"cold list of {size:N0}{(ownMetas ? ", each with a meta of their own" : string.Empty)} ({allocated / 1024:N0} kB allocated)", $"HGETALL {Microseconds(alone)}", Microseconds(presence), $"{presence / alone:F2}×", size == Sizes[^1] ? "≤ 2×" : "");
    }

    private static async Task ListWarmAsync(RedisNode reader, int size)
    {
        var key = $"list:{size}";
        await using var subscription = await reader.FollowAsync(key);
        await reader.ListAsync(key);
        var (_, seconds) = await InTurnsAsync(_ => Task.FromResult(0.0), _ => Task.FromResult(WarmLoop(reader, key)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        WarmLoop(reader, key);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Write($"warm list of {size:N0}", "", $"{seconds / WarmLists * 1e9:F0} ns, {allocated / WarmLists} B", "", "< 100 ns, 0 B");
    }

    private static double WarmLoop(RedisNode reader, string key)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < WarmLists; i++)
        {
            var list = reader.List(key);
            if (!list.IsCompletedSuccessfully || list.Result.Count == 0)
            {
                throw new InvalidOperationException("The list was not at hand.");
            }
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Both in turns, and of each the first quartile: whatever else runs on the machine can only slow them down.</summary>
    private static async Task<(double Alone, double Presence)> InTurnsAsync(Func<int, Task<double>> alone, Func<int, Task<double>> presence, int rounds = Rounds)
    {
        var (first, second) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            var (one, other) = (await alone(round), await presence(round));

            // The first round is for the compiler.
            if (round > 0)
            {
                first.Add(one);
                second.Add(other);
            }
        }

        return (first.Order().ElementAt(first.Count / 4), second.Order().ElementAt(second.Count / 4));
    }

    private static Task<double> ManyAsync(Func<int, Task> request) => TimeAsync(() => Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
    {
        for (var i = caller; i < PipelinedJoins; i += Callers)
        {
            await request(i);
        }
    })));

    private static Task<double> OneByOneAsync(Func<int, Task> request) => TimeAsync(async () =>
    {
        for (var i = 0; i < SequentialJoins; i++)
        {
            await request(i);
        }
    });

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var started = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<long> AllocatedAsync(Func<Task> action)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await action();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static string Followed(bool follows) => follows ? ", followed by the node" : string.Empty;

    private static string Microseconds(double seconds) => $"{seconds * 1e6:N0} µs";

    private static void Write(string what, string alone, string presence, string ratio, string budget) =>
        Console.WriteLine($"| {what} | {alone} | {presence} | {ratio} | {budget} |");
}
