using System.Diagnostics;
using System.Globalization;

namespace Djust.Presence.Benchmarks;

/// <summary>
/// Two node processes on one Redis: how long after a client has asked one of them to join the other one lists it, and its clients are told.
/// </summary>
internal static class TwoNodesBenchmark
{
    private const int Rounds = 500;
    private const int WarmUp = 50;

    public static async Task RunAsync()
    {
        await using var redis = await RedisServer.StartAsync();
        using var here = await BenchmarkServer.StartAsync(redis.Endpoint);
        using var there = await BenchmarkServer.StartAsync(redis.Endpoint);
        using var visitor = await VisitClient.ConnectAsync(here);
        using var resident = await VisitClient.ConnectAsync(there);
        await resident.CallAsync("Join");
        await resident.CallAsync("WhenCount", "1");
        var (answered, listed, told) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = -WarmUp; round < Rounds; round++)
        {
            var diff = resident.WhenToldAsync(2);
            var list = resident.CallAsync("WhenCount", "2");

            // At any moment of a broadcast interval, and also within the one after the leave.
            await Task.Delay(Random.Shared.Next(10, 120));
            var asked = Stopwatch.GetTimestamp();
            var joined = await visitor.CallAsync("Join");
            var seen = long.Parse((await list).Result!, CultureInfo.InvariantCulture);
            var shown = await diff;
            if (round >= 0)
            {
                answered.Add(Milliseconds(asked, joined.At));
                listed.Add(Milliseconds(asked, seen));
                told.Add(Milliseconds(asked, shown));
            }

            var gone = resident.WhenToldAsync(1);
            await visitor.CallAsync("Leave");
            await gone;
        }

        Console.WriteLine($"{Rounds} joins, one after the other; times since the client sent its call");
        Console.WriteLine("| | p50 ms | p99 ms | slowest ms |");
        Console.WriteLine("|---|---|---|---|");
        Console.WriteLine(Row("the joining client has its answer", answered));
        Console.WriteLine(Row("ListPresencesAsync of the other node has it", listed));
        Console.WriteLine(Row("a client of the other node has its diff", told));
    }

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    private static string Row(string name, List<double> times)
    {
        times.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"| {name} | {At(0.5):F1} | {At(0.99):F1} | {At(1):F1} |");

        double At(double share) => times[(int)((times.Count - 1) * share)];
    }
}
