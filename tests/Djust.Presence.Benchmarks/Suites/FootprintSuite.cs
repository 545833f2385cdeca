namespace Djust.Presence.Benchmarks;

/// <summary>
/// What connections cost that do nothing: rooms of five hundred people whose pointers stand still, and as many connections of a hub without
/// presence, in one run.
/// </summary>
internal sealed class FootprintSuite : ISuite
{
    private const int RoomSize = 500;
    private const int ConnectedAtOnce = 50;

    /// <summary>The number of connections that has a budget.</summary>
    private const int Budgeted = 5_000;

    /// <summary>SignalR's clients send a ping this often, and its servers as well.</summary>
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);

    /// <summary>Longer than a cursor that stands still is shown.</summary>
    private static readonly TimeSpan Settling = PingInterval * 2;

    public string Name => "footprint";

    public async Task<SuiteResult> RunAsync(SuiteContext context)
    {
        var phase = PingInterval * context.Choose(4, 1);
        var rows = new List<ResultRow>();
        var (ours, bare, memory) = (new List<(double, double)>(), new List<(double, double)>(), new List<(double, double)>());
        foreach (var size in context.SizesOr([500, 1_500, Budgeted], [500]))
        {
            var without = await MeasureAsync(context, size, presence: false, phase);
            var with = await MeasureAsync(context, size, presence: true, phase);
            var above = with.Kilobytes - without.Kilobytes;
            rows.Add(new("managed memory of a connection", with.Kilobytes, "kB") { Size = size, Baseline = "bare hub", BaselineFigure = without.Kilobytes });
            rows.Add(new("managed memory of a connection above a bare hub's", above, "kB") { Size = size, Budget = size == Budgeted ? ResultBudget.AtMost(1.5) : null });
            rows.Add(new("CPU, % of a core", with.Cpu, "%") { Size = size, Baseline = "bare hub", BaselineFigure = without.Cpu });
            rows.Add(new("CPU above a bare hub's, % of a core", with.Cpu - without.Cpu, "%") { Size = size, Budget = size == Budgeted ? ResultBudget.AtMost(1) : null });
            rows.Add(new("messages beside pings", with.Messages, string.Empty) { Size = size, Budget = ResultBudget.AtMost(0) });
            ours.Add((size, with.Cpu));
            bare.Add((size, without.Cpu));
            memory.Add((size, above * size));
        }

        GrowthSeries[] series = [new("CPU with presence", ours), new("CPU of a bare hub", bare), new("kB of presence, all together", memory)];
        return new SuiteResult
        {
            Suite = Name,
            About = $"Rooms of {RoomSize} whose pointers stand still, beside as many connections of a hub without presence: {phase.TotalSeconds} s after {Settling.TotalSeconds} s of rest, each client sending SignalR's ping every {PingInterval.TotalSeconds} s. Managed memory is that in use after a full collection.",
            Quick = context.Quick,
            Rows = [.. rows, .. GrowthSeries.SlopeRows(series)],
            Plot = new GrowthPlot("Idle connections", "connections", "% of a core; kB", series),
        };
    }

    private static async Task<(double Kilobytes, double Cpu, long Messages)> MeasureAsync(SuiteContext context, int size, bool presence, TimeSpan phase)
    {
        context.Tell($"footprint: {size:N0} connections, {(presence ? "presence" : "bare hub")}");
        using var server = presence ? await BenchmarkServer.StartAsync() : await BenchmarkServer.StartBareAsync();

        // One that comes and goes first: what is made once is no connection's.
        (await IdleClient.ConnectAsync(server, Path(presence, 0), presence)).Dispose();
        var empty = await server.ManagedMemoryAsync();
        var clients = new IdleClient[size];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, size),
            new ParallelOptions { MaxDegreeOfParallelism = ConnectedAtOnce },
            async (i, _) => clients[i] = await IdleClient.ConnectAsync(server, Path(presence, i), presence));
        await RestAsync(clients, Settling);

        var (messages, cpu) = (clients.Sum(client => client.Messages), server.ProcessorTime);
        await RestAsync(clients, phase);
        cpu = server.ProcessorTime - cpu;
        messages = clients.Sum(client => client.Messages) - messages;
        var memory = await server.ManagedMemoryAsync() - empty;
        Array.ForEach(clients, client => client.Dispose());
        return (memory / 1024.0 / size, 100 * cpu / phase, messages);
    }

    private static string Path(bool presence, int i) => $"/hubs/{(presence ? "cursor" : "plain")}/{i / RoomSize}";

    /// <summary>Pings are spread over the interval, as those of people are who did not all come at once.</summary>
    private static Task RestAsync(IdleClient[] clients, TimeSpan duration) => Task.WhenAll(clients.Select(async (client, i) =>
    {
        await Task.Delay(PingInterval * i / clients.Length);
        for (var rest = duration; rest > TimeSpan.Zero; rest -= PingInterval)
        {
            await client.PingAsync();
            await Task.Delay(PingInterval * (rest > PingInterval ? 1 : (double)(clients.Length - i) / clients.Length));
        }
    }));
}
