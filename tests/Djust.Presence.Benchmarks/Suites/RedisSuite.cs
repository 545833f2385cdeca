using System.Diagnostics;

namespace Djust.Presence.Benchmarks;

/// <summary>
/// What presence costs on top of Redis itself: each figure beside the same work through StackExchange.Redis alone, taken in turns in one run
/// against a redis-server of its own.
/// </summary>
internal sealed class RedisSuite : ISuite
{
    private const int Callers = 64;
    private const int WarmLists = 1_000_000;
    private const int ListSize = 10_000;
    private const string Raw = "the raw script";

    public string Name => "redis";

    public async Task<SuiteResult> RunAsync(SuiteContext context)
    {
        await using var server = await RedisServer.StartAsync();
        await using var raw = await RawRedis.ConnectAsync(server.Endpoint);
        await using var node = await RedisNode.StartAsync(server.Endpoint);
        await using var reader = await RedisNode.StartAsync(server.Endpoint);
        var run = new Run(context, raw, node, reader);
        foreach (var follows in new[] { false, true })
        {
            await run.JoinPipelinedAsync(follows);
            await run.JoinOneByOneAsync(follows);
        }

        var sizes = context.SizesOr([10, 100, 1_000, ListSize, 100_000], [100, ListSize]);
        foreach (var size in sizes)
        {
            await run.GrowAsync(size);
        }

        if (sizes.Contains(ListSize))
        {
            await run.ListColdAsync(ListSize, ownMetas: true);
            await run.ListWarmAsync(ListSize);
        }

        return new SuiteResult
        {
            Suite = Name,
            About = $"The same script with the same payload (joins, leaves) or one HGETALL of the same bytes (lists) through StackExchange.Redis alone, and through the backend, in turns against one redis-server; of each the first quartile of {run.Rounds} rounds (cold lists: {run.ListRounds}).",
            Quick = context.Quick,
            Rows = [.. run.Rows, .. GrowthSeries.SlopeRows(run.Growth)],
            Plot = new GrowthPlot("On Redis: cost against the size of the group", "users in the group", "microseconds", run.Growth),
        };
    }

    private sealed class Run(SuiteContext context, RawRedis raw, RedisNode node, RedisNode reader)
    {
        private readonly int _pipelinedJoins = context.Choose(10_000, 4_000);
        private readonly int _sequentialJoins = context.Choose(2_000, 500);
        private readonly Dictionary<string, List<(double, double)>> _growth = [];

        public int Rounds { get; } = context.Choose(7, 3);

        public int ListRounds { get; } = context.Choose(35, 9);

        public List<ResultRow> Rows { get; } = [];

        public GrowthSeries[] Growth => [.. _growth.Select(series => new GrowthSeries(series.Key, series.Value))];

        public async Task JoinPipelinedAsync(bool follows)
        {
            context.Tell($"redis: joins of {Callers} callers{Followed(follows)}");
            var (alone, presence) = await Measure.InTurnsAsync(
                Rounds,
                round => ManyAsync(i => raw.JoinAsync($"raw:{follows}:{round}", i)),
                async round =>
                {
                    var key = $"join:{follows}:{round}";
                    await using var subscription = follows ? await node.FollowAsync(key) : null;
                    return await ManyAsync(i => node.JoinAsync(key, i));
                });
            Rows.Add(new($"join, {Callers} callers{Followed(follows)}", _pipelinedJoins / presence, "joins/s")
            {
                Baseline = Raw, BaselineFigure = _pipelinedJoins / alone, HigherIsBetter = true, Budget = ResultBudget.RatioAtLeast(0.6),
            });
        }

        public async Task JoinOneByOneAsync(bool follows)
        {
            context.Tell($"redis: joins of one caller{Followed(follows)}");
            await using var subscription = follows ? await node.FollowAsync($"one:{follows}") : null;
            var (alone, presence) = await Measure.InTurnsAsync(
                Rounds,
                round => OneByOneAsync(i => raw.JoinAsync($"raw one:{follows}", (round * _sequentialJoins) + i)),
                round => OneByOneAsync(i => node.JoinAsync($"one:{follows}", (round * _sequentialJoins) + i)));
            Rows.Add(new($"join, one caller{Followed(follows)}", presence / _sequentialJoins * 1e6, "µs")
            {
                Baseline = Raw, BaselineFigure = alone / _sequentialJoins * 1e6, Budget = ResultBudget.RatioAtMost(1.3),
            });
        }

        /// <summary>A join and a leave in a group of a size, and its cold list.</summary>
        public async Task GrowAsync(int size)
        {
            context.Tell($"redis: a group of {size:N0}");
            var (ours, bare) = ($"list:{size}", $"raw list:{size}");
            await FillAsync(size, i => node.JoinAsync(ours, i));
            await FillAsync(size, i => raw.JoinAsync(bare, i));
            var pairs = _sequentialJoins / 4;
            var (alone, presence) = await Measure.InTurnsAsync(
                Rounds,
                _ => Measure.TimeAsync(() => PairsAsync(pairs, () => raw.JoinAsync(bare, -1), () => raw.LeaveAsync(bare, -1))),
                _ => Measure.TimeAsync(() => PairsAsync(pairs, () => node.JoinAsync(ours, -1), () => node.LeaveAsync(ours, -1))));
            Rows.Add(new("join + leave, one caller", presence / pairs * 1e6, "µs") { Size = size, Baseline = "the raw scripts", BaselineFigure = alone / pairs * 1e6, Budget = ResultBudget.RatioAtMost(1.3) });
            Note("join + leave", size, presence / pairs * 1e6);
            Note("join + leave by the raw scripts", size, alone / pairs * 1e6);
            await ListColdAsync(size, ownMetas: false);
        }

        public async Task ListColdAsync(int size, bool ownMetas)
        {
            var key = ownMetas ? $"own metas:{size}" : $"list:{size}";
            context.Tell($"redis: cold lists of {size:N0}{(ownMetas ? ", own metas" : string.Empty)}");
            if (ownMetas)
            {
                await FillAsync(size, i => node.JoinAsync(key, i, PresenceMeta.From(new { name = $"Ada Lovelace {i}", color = "#6c63ff" })));
            }

            var (alone, presence) = await Measure.InTurnsAsync(ListRounds, _ => Measure.TimeAsync(() => raw.ReadAsync(key)), _ => Measure.TimeAsync(() => reader.ListAsync(key)));
            Rows.Add(new($"cold list{(ownMetas ? ", each with a meta of their own" : string.Empty)}", presence * 1e6, "µs")
            {
                Size = size, Baseline = "HGETALL", BaselineFigure = alone * 1e6, Budget = size == ListSize ? ResultBudget.RatioAtMost(2) : null,
            });
            if (!ownMetas)
            {
                Note("cold list", size, presence * 1e6);
                Note("HGETALL", size, alone * 1e6);
            }
        }

        public async Task ListWarmAsync(int size)
        {
            context.Tell($"redis: warm lists of {size:N0}");
            var key = $"list:{size}";
            await using var subscription = await reader.FollowAsync(key);
            await reader.ListAsync(key);
            WarmLoop(key);
            var commands = await raw.CommandsAsync();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var nanoseconds = WarmLoop(key) / WarmLists * 1e9;
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            // The question itself is one command, at the most.
            commands = Math.Max(0, await raw.CommandsAsync() - commands - 1);
            Rows.Add(new("warm list", nanoseconds, "ns") { Size = size, Budget = ResultBudget.AtMost(1_000) });
            Rows.Add(new("warm list, allocated", allocated / WarmLists, "B") { Size = size, Budget = ResultBudget.AtMost(0) });
            Rows.Add(new($"commands for {WarmLists:N0} warm lists", commands, string.Empty) { Size = size, Budget = ResultBudget.AtMost(0) });
        }

        private static string Followed(bool follows) => follows ? ", followed by the node" : string.Empty;

        private static Task FillAsync(int size, Func<int, Task> join) =>
            Parallel.ForAsync(0, size, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (i, _) => await join(i));

        private static async Task PairsAsync(int pairs, Func<Task> join, Func<Task> leave)
        {
            for (var i = 0; i < pairs; i++)
            {
                await join();
                await leave();
            }
        }

        private void Note(string series, int size, double cost)
        {
            _growth.TryAdd(series, []);
            _growth[series].Add((size, cost));
        }

        private double WarmLoop(string key)
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

        private Task<double> ManyAsync(Func<int, Task> request) => Measure.TimeAsync(() => Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (var i = caller; i < _pipelinedJoins; i += Callers)
            {
                await request(i);
            }
        })));

        private Task<double> OneByOneAsync(Func<int, Task> request) => Measure.TimeAsync(async () =>
        {
            for (var i = 0; i < _sequentialJoins; i++)
            {
                await request(i);
            }
        });
    }
}
