using System.Collections.Concurrent;
using System.Globalization;

namespace Djust.Presence.Benchmarks;

/// <summary>
/// Fifty clients that read, first alone and then beside one that does not, in one run: how old a message is when it is read, and how much
/// memory the server takes.
/// </summary>
internal sealed class SlowClientSuite : ISuite
{
    private const int Readers = 50;
    private const int MessagesPerSecond = 40;

    /// <summary>Long enough that a client that does not read fills every buffer on the way within a few seconds.</summary>
    private static readonly string Filling = new('x', 20_000);

    public string Name => "slow-client";

    public async Task<SuiteResult> RunAsync(SuiteContext context)
    {
        var phase = TimeSpan.FromSeconds(context.Choose(15, 5));
        context.Tell("slow-client: all read");
        using var server = await BenchmarkServer.StartAsync();
        var ages = new ConcurrentQueue<double>();
        var readers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => RawSocket.ConnectAsync(server.Port, "/hubs/room/1")));
        var reading = readers.Select(reader => reader.ReadAsync(message => Note(message, ages))).ToArray();
        await SayAsync(readers[0], TimeSpan.FromSeconds(3));

        ages.Clear();
        await SayAsync(readers[0], phase);
        var alone = (Ages: ages.Order().ToArray(), server.Memory);

        context.Tell("slow-client: one does not");
        using var stuck = await RawSocket.ConnectAsync(server.Port, "/hubs/room/1", receiveBuffer: 4_096);
        ages.Clear();
        var peak = 0L;
        await SayAsync(readers[0], phase, () => peak = Math.Max(peak, server.Memory));
        var beside = (Ages: ages.Order().ToArray(), Memory: peak);

        foreach (var reader in readers)
        {
            reader.Dispose();
        }

        await Task.WhenAll(reading);
        return new SuiteResult
        {
            Suite = Name,
            About = $"{Readers} clients read what one of them sends, {MessagesPerSecond} messages of {Filling.Length / 1_000} kB a second for {phase.TotalSeconds} s; then the same beside one that joins and does not read. Age of a message when it is read; an interval of 50 ms is in it.",
            Quick = context.Quick,
            Rows =
            [
                Row("p50 beside one that does not read", Measure.At(beside.Ages, 0.5), Measure.At(alone.Ages, 0.5), "ms"),
                Row("p99 beside one that does not read", Measure.At(beside.Ages, 0.99), Measure.At(alone.Ages, 0.99), "ms"),
                Row("messages read", beside.Ages.Length, alone.Ages.Length, string.Empty) with { HigherIsBetter = true },
                Row("server's resident memory", beside.Memory / 1e6, alone.Memory / 1e6, "MB"),
            ],
        };
    }

    private static async Task SayAsync(RawSocket sender, TimeSpan duration, Action? each = null)
    {
        var end = Environment.TickCount64 + (long)duration.TotalMilliseconds;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / MessagesPerSecond));
        while (Environment.TickCount64 < end)
        {
            await timer.WaitForNextTickAsync();
            var now = TimeProvider.System.GetTimestamp().ToString(CultureInfo.InvariantCulture);
            await sender.SendAsync($$"""{"type":1,"target":"Say","arguments":["@{{now}}@{{Filling}}"]}""");
            each?.Invoke();
        }
    }

    private static void Note(string message, ConcurrentQueue<double> ages)
    {
        if (message.Split('@') is [_, var sent, _])
        {
            ages.Enqueue(TimeProvider.System.GetElapsedTime(long.Parse(sent, CultureInfo.InvariantCulture)).TotalMilliseconds);
        }
    }

    private static ResultRow Row(string name, double beside, double alone, string unit) => new(name, beside, unit) { Baseline = "alone", BaselineFigure = alone };
}
