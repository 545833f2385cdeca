namespace Djust.Presence.Benchmarks;

/// <summary>Honest people in a room, first alone and then beside hostile clients, in one run.</summary>
internal sealed class HostileSuite : ISuite
{
    private const string SameRoom = "1";
    private const string OtherRoom = "2";

    private const int FewConnections = 5;
    private const int FewPerSecond = 100;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    public string Name => "hostile";

    public async Task<SuiteResult> RunAsync(SuiteContext context)
    {
        var phase = TimeSpan.FromSeconds(context.Choose(10, 5));
        var rows = new List<ResultRow>();
        foreach (var connections in context.SizesOr([1, 500], [1, 500]))
        {
            var perSecond = connections == 1 ? 10_000 : 100;
            foreach (var kind in context.Quick ? [HostileMessages.Mix] : HostileMessages.Kinds)
            {
                rows.AddRange(await MeasureAsync(context, phase, connections, perSecond, kind, OtherRoom));
            }

            rows.AddRange(await MeasureAsync(context, phase, connections, perSecond, HostileMessages.Mix, SameRoom));
        }

        return new SuiteResult
        {
            Suite = Name,
            About = $"Fifty people in a room who move 20 times a second and change their names every five seconds: {phase.TotalSeconds} s alone, then {phase.TotalSeconds} s beside hostile clients, each time on a server of its own. Age of a position when it is seen. Hostile clients are in a process of their own on the same two cores, send what they can (a server that does not read holds them back), read what comes, are in a room of their own or in the same, and come back a second after the server has ended them.",
            Quick = context.Quick,
            Rows = rows,
        };
    }

    private static async Task<IEnumerable<ResultRow>> MeasureAsync(SuiteContext context, TimeSpan phase, int connections, int perSecond, string kind, string room)
    {
        var name = $"{(connections == 1 ? "one" : connections)} at {perSecond:N0}/s, {kind}{(room == SameRoom ? ", in the same room" : string.Empty)}";
        context.Tell($"hostile: {name}");
        using var server = await BenchmarkServer.StartAsync();
        using var honest = await HonestRoom.OpenAsync(server);
        using (var few = await HostileLoad.StartAsync(server.Port, room, FewConnections, FewPerSecond, kind))
        {
            // The server has answered such calls before: what is measured is not how it compiles them.
            await Task.WhenAll(few.FloodAsync(WarmUp), honest.MoveAsync(WarmUp));
        }

        var before = server.ProcessorTime;
        var quiet = await honest.MoveAsync(phase);
        var quietCpu = server.ProcessorTime - before;

        using var load = await HostileLoad.StartAsync(server.Port, room, connections, perSecond, kind);
        await honest.MoveAsync(TimeSpan.FromSeconds(1));
        var (memory, peak, own) = (server.Memory, 0L, Environment.CpuUsage.TotalTime);
        before = server.ProcessorTime;
        using var stop = new CancellationTokenSource();
        var watch = WatchAsync(() => peak = Math.Max(peak, server.Memory), stop.Token);
        var flood = load.FloodAsync(phase);
        var beside = await honest.MoveAsync(phase);
        var (cpu, ownCpu) = (server.ProcessorTime - before, Environment.CpuUsage.TotalTime - own);
        var report = await flood;
        await stop.CancelAsync();
        await watch;
        var lost = await honest.LostAsync();
        ResultRow[] rows =
        [
            new($"{name}: honest p50", Measure.At(beside, 0.5), "ms") { Baseline = "alone", BaselineFigure = Measure.At(quiet, 0.5) },
            new($"{name}: honest p99", Measure.At(beside, 0.99), "ms") { Baseline = "alone", BaselineFigure = Measure.At(quiet, 0.99), Budget = ResultBudget.RatioAtMost(3) },
            new($"{name}: honest positions, names and connections lost", lost, string.Empty) { Budget = ResultBudget.AtMost(0) },
            new($"{name}: growth of the server's resident memory", (peak - memory) / 1e6, "MB") { Budget = ResultBudget.AtMost(100) },
            new($"{name}: hostile messages sent", report.PerSecond, "/s"),
            new($"{name}: hostile connections ended by the server", report.Ended, string.Empty),
            new($"{name}: server's processor time, % of a core", 100 * cpu / phase, "%") { Baseline = "alone", BaselineFigure = 100 * quietCpu / phase },
            new($"{name}: hostile clients' processor time, % of a core", report.Cpu, "%"),
            new($"{name}: honest clients' processor time, % of a core", 100 * ownCpu / phase, "%"),
        ];

        // Of the single kinds what they must not do is enough.
        return kind == HostileMessages.Mix ? rows : rows.Where(row => row.Budget is not null);
    }

    private static async Task WatchAsync(Action look, CancellationToken until)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await timer.WaitForNextTickAsync(until))
            {
                look();
            }
        }
        catch (OperationCanceledException)
        {
            // The flood is over.
        }
    }
}
