using System.Diagnostics;
using System.Globalization;

namespace Djust.Presence.Benchmarks;

/// <summary>
/// Two node processes on one Redis: how long after a client has asked one of them to join the other one lists it, and its clients are told.
/// </summary>
internal sealed class DeliverySuite : ISuite
{
    private const int WarmUp = 50;

    public string Name => "delivery";

    public async Task<SuiteResult> RunAsync(SuiteContext context)
    {
        var rounds = context.Choose(500, 100);
        await using var redis = await RedisServer.StartAsync();
        context.Tell("delivery: raw messages");
        var raw = await RawRedis.MessagesAsync(redis.Endpoint, rounds);
        using var here = await BenchmarkServer.StartAsync(redis.Endpoint);
        using var there = await BenchmarkServer.StartAsync(redis.Endpoint);
        context.Tell($"delivery: {rounds} joins");
        using var visitor = await VisitClient.ConnectAsync(here);
        using var resident = await VisitClient.ConnectAsync(there);
        await resident.CallAsync("Join");
        await resident.CallAsync("WhenCount", "1");
        var (answered, listed, told) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = -WarmUp; round < rounds; round++)
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
                answered.Add(Measure.Milliseconds(asked, joined.At));
                listed.Add(Measure.Milliseconds(asked, seen));
                told.Add(Measure.Milliseconds(asked, shown));
            }

            var gone = resident.WhenToldAsync(1);
            await visitor.CallAsync("Leave");
            await gone;
        }

        return new SuiteResult
        {
            Suite = Name,
            About = $"Two servers (processes) on one redis-server; {rounds} joins on one of them, one after the other, at any moment of the other's broadcast interval (50 ms, which is in its clients' times). Times since the client sent its call; the other server's list is asked for about once a millisecond.",
            Quick = context.Quick,
            Rows =
            [
                .. Rows("the joining client has its answer", answered, raw, null, null),
                .. Rows("the other server lists the user", listed, raw, 5, 25),
                .. Rows("a client of the other server has its diff", told, raw, 40, 100),
            ],
        };
    }

    private static IEnumerable<ResultRow> Rows(string name, List<double> times, List<double> raw, double? half, double? most) =>
        from figure in new[] { (Name: "p50", Share: 0.5, Budget: half), (Name: "p99", Share: 0.99, Budget: most), (Name: "max", Share: 1, Budget: null) }
        select new ResultRow($"{name}, {figure.Name}", Measure.At(times, figure.Share), "ms")
        {
            Budget = figure.Budget is { } budget ? ResultBudget.AtMost(budget) : null,

            // The tail of either is chance: only the middle is compared.
            Baseline = figure.Name == "p50" ? "a bare message through Redis" : null,
            BaselineFigure = figure.Name == "p50" ? Measure.At(raw, figure.Share) : null,
        };
}
