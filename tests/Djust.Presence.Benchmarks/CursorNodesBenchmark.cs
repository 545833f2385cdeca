using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace Djust.Presence.Benchmarks;

/// <summary>One room on two node processes and one Redis: how old a position is when a client of either node sees it, and what that costs Redis.</summary>
internal static class CursorNodesBenchmark
{
    private const int ClientsOfNode = 100;
    private const int MovesPerSecond = 20;
    private const int DecodersOfNode = 4;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    public static async Task RunAsync()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Endpoint + ",allowAdmin=true");
        using var here = await BenchmarkServer.StartAsync(redis.Endpoint);
        using var there = await BenchmarkServer.StartAsync(redis.Endpoint);
        var clients = new List<CursorClient>();
        foreach (var server in new[] { here, there })
        {
            for (var i = 0; i < ClientsOfNode; i++)
            {
                clients.Add(await CursorClient.ConnectAsync(server, decodes: i < DecodersOfNode));
            }
        }

        await Task.Delay(Settling);
        var publishes = Publishes(connection);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(clients.Select((client, at) => MoveAsync(client, TimeSpan.FromSeconds(1.0 / MovesPerSecond) * at / clients.Count)));
        var moved = Stopwatch.GetElapsedTime(started);
        await Task.Delay(Settling);
        Report(clients, Publishes(connection) - publishes, moved);
        clients.ForEach(client => client.Dispose());
    }

    private static async Task MoveAsync(CursorClient client, TimeSpan offset)
    {
        await Task.Delay(offset);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / MovesPerSecond));
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Duration)
        {
            await client.MoveAsync();
            await timer.WaitForNextTickAsync();
        }
    }

    private static void Report(List<CursorClient> clients, long publishes, TimeSpan moved)
    {
        var byRef = clients.ToDictionary(client => client.Ref);
        var lost = 0;
        Console.WriteLine($"{clients.Count} clients on two nodes, {MovesPerSecond} moves a second each, for {moved.TotalSeconds:F0} s");
        Console.WriteLine("| positions seen | p50 ms | p99 ms |");
        Console.WriteLine("|---|---|---|");
        foreach (var (name, isSame) in new[] { ("on the mover's node", true), ("on the other node", false) })
        {
            var ages = new List<double>();
            foreach (var (client, at) in clients.Select((client, at) => (client, at)).Where(viewer => viewer.client.Seen.Count > 0))
            {
                var node = at / ClientsOfNode;
                ages.AddRange(client.Seen.Where(seen => clients.IndexOf(byRef[seen.Ref]) / ClientsOfNode == node == isSame)
                    .Select(seen => Stopwatch.GetElapsedTime(byRef[seen.Ref].SentAt[seen.Move - 1], seen.At).TotalMilliseconds));
                lost += clients.Count(other => isSame && other != client && client.Last.GetValueOrDefault(other.Ref) != other.SentAt.Count);
            }

            ages.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} ({ages.Count}) | {At(ages, 0.5):F1} | {At(ages, 0.99):F1} |"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"last positions that did not arrive: {lost}; Redis messages a second: {publishes / moved.TotalSeconds:F1}; frames a second for a client: {clients.Average(client => client.Frames) / moved.TotalSeconds:F1}"));
    }

    private static double At(List<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[(int)((sorted.Count - 1) * share)];

    private static long Publishes(ConnectionMultiplexer connection) => connection.GetServers().Single().Info("commandstats")
        .SelectMany(section => section).Where(line => line.Key is "cmdstat_publish" or "cmdstat_spublish")
        .Sum(line => long.Parse(line.Value.Split(',')[0].Split('=')[1], CultureInfo.InvariantCulture));
}
