using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace Djust.Presence.Benchmarks;

/// <summary>One room on two node processes and one Redis: how old a position is when a client of either node sees it, and what that costs Redis.</summary>
internal sealed class CursorNodesSuite : ISuite
{
    private const int ClientsOfNode = 100;
    private const int MovesPerSecond = 20;
    private const int DecodersOfNode = 4;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    public string Name => "cursor-nodes";

    public async Task<SuiteResult> RunAsync(SuiteContext context)
    {
        var duration = TimeSpan.FromSeconds(context.Choose(10, 3));
        context.Tell($"cursor-nodes: {2 * ClientsOfNode} clients");
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
        await Task.WhenAll(clients.Select((client, at) => MoveAsync(client, TimeSpan.FromSeconds(1.0 / MovesPerSecond) * at / clients.Count, duration)));
        var moved = Stopwatch.GetElapsedTime(started);
        await Task.Delay(Settling);
        var rows = Rows(clients, Publishes(connection) - publishes, moved);
        clients.ForEach(client => client.Dispose());
        return new SuiteResult
        {
            Suite = Name,
            About = $"One room on two servers (processes) and one redis-server, {ClientsOfNode} clients on each, {MovesPerSecond} moves a second each for {duration.TotalSeconds} s; {DecodersOfNode} clients of each server look at every position.",
            Quick = context.Quick,
            Rows = rows,
        };
    }

    private static async Task MoveAsync(CursorClient client, TimeSpan offset, TimeSpan duration)
    {
        await Task.Delay(offset);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / MovesPerSecond));
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            await client.MoveAsync();
            await timer.WaitForNextTickAsync();
        }
    }

    private static List<ResultRow> Rows(List<CursorClient> clients, long publishes, TimeSpan moved)
    {
        var nodes = clients.Select((client, at) => (client.Ref, Node: at / ClientsOfNode)).ToDictionary(client => client.Ref, client => client.Node);
        var byRef = clients.ToDictionary(client => client.Ref);
        var (same, other, lost) = (new List<double>(), new List<double>(), 0);
        foreach (var viewer in clients.Where(client => client.Seen.Count > 0))
        {
            foreach (var seen in viewer.Seen)
            {
                (nodes[seen.Ref] == nodes[viewer.Ref] ? same : other).Add(Measure.Milliseconds(byRef[seen.Ref].SentAt[seen.Move - 1], seen.At));
            }

            lost += clients.Count(mover => mover != viewer && viewer.Last.GetValueOrDefault(mover.Ref) != mover.SentAt.Count);
        }

        return
        [
            new("age of a position on the mover's server, p50", Measure.At(same, 0.5), "ms"),
            new("age of a position on the mover's server, p99", Measure.At(same, 0.99), "ms"),
            new("age of a position on the other server, p50", Measure.At(other, 0.5), "ms"),
            new("age of a position on the other server, p99", Measure.At(other, 0.99), "ms"),
            new("last positions that did not arrive", lost, string.Empty) { Budget = ResultBudget.AtMost(0) },
            new("messages through Redis", publishes / moved.TotalSeconds, "/s"),
            new("frames for a client", clients.Average(client => client.Frames) / moved.TotalSeconds, "/s"),
        ];
    }

    private static long Publishes(ConnectionMultiplexer connection) => connection.GetServers().Single().Info("commandstats")
        .SelectMany(section => section).Where(line => line.Key is "cmdstat_publish" or "cmdstat_spublish")
        .Sum(line => long.Parse(line.Value.Split(',')[0].Split('=')[1], CultureInfo.InvariantCulture));
}
