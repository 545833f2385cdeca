using System.Globalization;

namespace Djust.Presence.Benchmarks;

/// <summary>
/// What connections cost that do nothing: rooms of five hundred people whose pointers stand still, and as many connections of a hub without
/// presence, in one run.
/// </summary>
internal static class FootprintBenchmark
{
    private const int RoomSize = 500;
    private const int ConnectedAtOnce = 50;

    private static readonly int[] Sizes = [RoomSize, 10 * RoomSize];

    /// <summary>SignalR's clients send a ping this often, and its servers as well.</summary>
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);

    /// <summary>Longer than a cursor that stands still is shown.</summary>
    private static readonly TimeSpan Settling = PingInterval * 2;

    private static readonly TimeSpan Phase = PingInterval * 4;

    public static async Task RunAsync()
    {
        Console.WriteLine($"rooms of {RoomSize}, {Phase.TotalSeconds} s after {Settling.TotalSeconds} s of rest");
        Console.WriteLine("| connections | server | CPU, % of a core | managed memory, kB a connection | resident MB | messages beside pings |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var size in Sizes)
        {
            Console.WriteLine(await MeasureAsync(size, presence: false));
            Console.WriteLine(await MeasureAsync(size, presence: true));
        }
    }

    private static async Task<string> MeasureAsync(int size, bool presence)
    {
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
        await RestAsync(clients, Phase);
        cpu = server.ProcessorTime - cpu;
        messages = clients.Sum(client => client.Messages) - messages;
        var memory = await server.ManagedMemoryAsync() - empty;
        Array.ForEach(clients, client => client.Dispose());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {size} | {(presence ? "presence and cursors" : "bare hub")} | {100 * cpu / Phase:F2} | {memory / 1024.0 / size:F2} | {server.Memory / 1e6:F0} | {messages} |");
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
