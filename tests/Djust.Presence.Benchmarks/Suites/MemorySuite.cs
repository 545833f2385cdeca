using System.Diagnostics;

namespace Djust.Presence.Benchmarks;

/// <summary>The memory backend beside a bare <c>ConcurrentDictionary</c>, which is the least that can be done.</summary>
internal sealed class MemorySuite : ISuite
{
    /// <summary>The size of the group whose lists and counts have a budget.</summary>
    public const int ListSize = 10_000;

    private const string Bare = "bare ConcurrentDictionary";

    public static int[] Sizes { get; private set; } = [];

    public static int[] ListSizes { get; private set; } = [];

    public string Name => "memory";

    public Task<SuiteResult> RunAsync(SuiteContext context)
    {
        Sizes = context.SizesOr([1, 100, 10_000, 100_000], [1, 10_000]);
        ListSizes = context.SizesOr([10, 100, 1_000, ListSize, 100_000], [100, ListSize]);
        var rows = new List<ResultRow>();
        var plot = new GrowthPlot("In memory: cost against the size of the group", "users in the group", "nanoseconds", [.. Joins(context, rows), .. Changes(context, rows)]);
        Unchanged(context, rows);
        Cold(context, rows);
        Writers(context, rows);
        return Task.FromResult(new SuiteResult
        {
            Suite = Name,
            About = $"The memory backend as the library calls it, and beside it a `ConcurrentDictionary` of the same entries: the limit. Medians of BenchmarkDotNet, in one process; {HotGroup.Writers} writers and first lists: a plain loop.",
            Quick = context.Quick,
            Rows = rows,
            Plot = plot,
        });
    }

    private static GrowthSeries[] Joins(SuiteContext context, List<ResultRow> rows)
    {
        var runs = MemoryRun.Of<JoinLeaveBenchmarks>(context);
        var (ours, bare) = (Series("join + leave", "Ours", runs, Sizes), Series("the same in a bare dictionary", "Bare", runs, Sizes));
        foreach (var size in Sizes)
        {
            var (pair, least) = (runs[("Ours", size)], runs[("Bare", size)]);
            rows.Add(new("join + leave, one thread", 1e9 / pair.Nanoseconds, "pairs/s")
            {
                Size = size, Baseline = Bare, BaselineFigure = 1e9 / least.Nanoseconds, HigherIsBetter = true, Budget = ResultBudget.AtLeast(300_000),
            });
            rows.Add(new("join + leave, allocated", pair.Bytes, "B") { Size = size, Budget = ResultBudget.AtMost(1_000) });
        }

        var costs = ours.Points.Select(point => point.Cost).ToArray();
        rows.Add(new("join + leave, the slowest size against the fastest", costs.Max() / costs.Min(), "×") { Budget = ResultBudget.AtMost(2) });
        rows.Add(ours.SlopeRow());
        return [ours, bare];
    }

    private static GrowthSeries[] Changes(SuiteContext context, List<ResultRow> rows)
    {
        var runs = MemoryRun.Of<ChangeListBenchmarks>(context);
        var (ours, bare) = (Series("one change, then a list", "Ours", runs, ListSizes), Series("one change, then a copy of a bare dictionary", "Bare", runs, ListSizes));
        foreach (var size in ListSizes)
        {
            rows.Add(new("one change and the list right after it, over and over", runs[("Ours", size)].Nanoseconds / 1_000, "µs")
            {
                Size = size, Baseline = "a copy of a bare dictionary", BaselineFigure = runs[("Bare", size)].Nanoseconds / 1_000, Budget = size == ListSize ? ResultBudget.AtMost(1_000) : null,
            });
        }

        rows.Add(ours.SlopeRow(0.5));
        rows.Add(bare.SlopeRow());
        return [ours, bare];
    }

    private static void Unchanged(SuiteContext context, List<ResultRow> rows)
    {
        var runs = MemoryRun.Of<ListBenchmarks>(context);
        foreach (var (name, method) in new[] { ("list, unchanged: the backend's snapshot", "Backend"), ("list, unchanged: ListPresencesAsync", "List"), ("count, unchanged: PresenceCountAsync", "Count") })
        {
            var (nanoseconds, bytes) = runs[(method, 0)];
            rows.Add(new(name, nanoseconds, "ns") { Size = ListSize, Budget = ResultBudget.AtMost(100) });
            rows.Add(new(name, bytes, "B") { Size = ListSize, Budget = ResultBudget.AtMost(0) });
        }
    }

    /// <summary>What the first list costs, or one after very many changes: it is built anew.</summary>
    private static void Cold(SuiteContext context, List<ResultRow> rows)
    {
        foreach (var size in ListSizes)
        {
            context.Tell($"memory: first lists of {size:N0}");
            var times = new List<double>();
            for (var round = 0; round < context.Choose(9, 3); round++)
            {
                var world = new MemoryWorld(size);
                var started = Stopwatch.GetTimestamp();
                world.List();
                times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            }

            rows.Add(new("first list", Measure.At(times, 0.5), "µs") { Size = size });
        }
    }

    private static void Writers(SuiteContext context, List<ResultRow> rows)
    {
        context.Tell($"memory: {HotGroup.Writers} writers");
        var visitors = Enumerable.Range(0, context.Choose(400_000, 100_000)).Select(i => new MemoryVisitor(i)).ToArray();
        var rounds = Enumerable.Range(0, context.Choose(8, 4)).Select(_ => (Ours: HotGroup.Ours(visitors), Bare: HotGroup.Bare(visitors))).Skip(1).ToArray();
        rows.Add(new($"join, {HotGroup.Writers} writers, one group", Measure.At([.. rounds.Select(round => round.Ours)], 0.5), "joins/s")
        {
            Baseline = Bare, BaselineFigure = Measure.At([.. rounds.Select(round => round.Bare)], 0.5), HigherIsBetter = true, Budget = ResultBudget.AtLeast(150_000),
        });
    }

    private static GrowthSeries Series(string name, string method, Dictionary<(string Method, int Size), (double Nanoseconds, double Bytes)> runs, int[] sizes) =>
        new(name, [.. sizes.Select(size => ((double)size, runs[(method, size)].Nanoseconds))]);
}
