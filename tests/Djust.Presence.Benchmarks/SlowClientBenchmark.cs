using System.Collections.Concurrent;
using System.Globalization;

namespace Djust.Presence.Benchmarks;

/// <summary>
/// Fifty clients that read, first alone and then beside one that does not, in one run: how old a message is when it is read, and how much
/// memory the server takes.
/// </summary>
internal static class SlowClientBenchmark
{
    private const int Readers = 50;
    private const int MessagesPerSecond = 40;
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(15);

    /// <summary>Long enough that a client that does not read fills every buffer on the way within a few seconds.</summary>
    private static readonly string Filling = new('x', 20_000);

    public static async Task RunAsync()
    {
        using var server = await BenchmarkServer.StartAsync();
        var ages = new ConcurrentQueue<double>();
        var readers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => RawSocket.ConnectAsync(server.Port, "/hubs/room/1")));
        var reading = readers.Select(reader => reader.ReadAsync(message => Note(message, ages))).ToArray();
        await SayAsync(readers[0], TimeSpan.FromSeconds(3));

        ages.Clear();
        await SayAsync(readers[0], Phase);
        var alone = (Ages: ages.Order().ToArray(), server.Memory);

        using var stuck = await RawSocket.ConnectAsync(server.Port, "/hubs/room/1", receiveBuffer: 4_096);
        ages.Clear();
        var peak = 0L;
        await SayAsync(readers[0], Phase, () => peak = Math.Max(peak, server.Memory));
        var beside = (Ages: ages.Order().ToArray(), Memory: peak);

        Console.WriteLine($"{Readers} readers, {MessagesPerSecond} messages of {Filling.Length / 1_000} kB a second, {Phase.TotalSeconds} s each");
        Console.WriteLine("| | messages read | p50 ms | p99 ms | server memory MB |");
        Console.WriteLine("|---|---|---|---|---|");
        Console.WriteLine(Row("alone", alone));
        Console.WriteLine(Row("beside one that does not read", beside));
        foreach (var reader in readers)
        {
            reader.Dispose();
        }

        await Task.WhenAll(reading);
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

    private static string Row(string name, (double[] Ages, long Memory) phase) =>
        string.Create(CultureInfo.InvariantCulture, $"| {name} | {phase.Ages.Length} | {At(phase.Ages, 0.5):F1} | {At(phase.Ages, 0.99):F1} | {phase.Memory / 1e6:F0} |");

    private static double At(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[(int)((sorted.Length - 1) * share)];
}
