using System.Diagnostics;

namespace Djust.Presence.Benchmarks;

/// <summary>Very many clients come into one room within ten seconds: here, and at a hub that sends each join to everybody.</summary>
internal sealed class JoinStormSuite : ISuite
{
    /// <summary>The number of clients that has a budget.</summary>
    private const int Budgeted = 2_000;

    /// <summary>A hub that sends the whole list each time is beside ours up to here: what it sends grows with the third power.</summary>
    private const int MostForLists = 200;

    private const int WarmUps = 300;

    private static readonly TimeSpan WarmUpDuration = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public string Name => "join-storm";

    public async Task<SuiteResult> RunAsync(SuiteContext context)
    {
        var rows = new List<ResultRow>();
        var (ours, plain) = (new List<(double, double)>(), new List<(double, double)>());
        foreach (var size in context.SizesOr([20, 60, 200, 600, Budgeted], [200]))
        {
            var storm = await StormAsync(context, size, "presence", "/hubs/room/1?name=");
            var bare = await StormAsync(context, size, "plain hub", "/hubs/plain/1?name=");
            var silent = await StormAsync(context, size, "silent hub", "/hubs/plain/1?nobody=");
            ours.Add((size, storm.Cpu));
            plain.Add((size, bare.Cpu));
            rows.AddRange(Rows(size, storm, bare));
            rows.Add(new("server's processor time for connections that are told nothing", silent.Cpu, "s") { Size = size, Baseline = "plain hub", BaselineFigure = bare.Cpu });
            if (size <= MostForLists)
            {
                var lists = await StormAsync(context, size, "plain hub, whole lists", "/hubs/plain/1?lists=1&name=");
                rows.Add(new("bytes sent, beside lists", storm.Bytes / 1e6, "MB") { Size = size, Baseline = "hub that sends everybody the list with each join", BaselineFigure = lists.Bytes / 1e6 });
                rows.Add(new("server's processor time, beside lists", storm.Cpu, "s") { Size = size, Baseline = "hub that sends everybody the list with each join", BaselineFigure = lists.Cpu });
            }
        }

        GrowthSeries[] series = [new("processor time with presence", ours), new("processor time of the plain hub", plain)];
        return new SuiteResult
        {
            Suite = Name,
            About = $"So many clients come into one room within {Duration.TotalSeconds} s, over raw sockets, evenly; `MaxPresencesSent` is 5,000. Beside it, in the same run, a plain hub that sends the list to whoever comes and each join to everybody else. Until everybody knows of everybody.",
            Quick = context.Quick,
            Rows = [.. rows, .. GrowthSeries.SlopeRows(series)],
            Plot = new GrowthPlot("A storm of joins: the server's processor time", "clients that join within ten seconds", "seconds", series),
        };
    }

    private static IEnumerable<ResultRow> Rows(int size, Storm storm, Storm bare)
    {
        const string Plain = "plain hub";
        var isBudgeted = size == Budgeted;
        yield return new("the last client's list is complete after its connect", storm.LastComplete, "s") { Size = size, Baseline = Plain, BaselineFigure = bare.LastComplete, Budget = isBudgeted ? ResultBudget.AtMost(1) : null };
        yield return new("everybody's list is complete after the last connect", storm.AllComplete, "s") { Size = size, Baseline = Plain, BaselineFigure = bare.AllComplete };
        yield return new("messages of a client in its busiest second", storm.MostMessages, "/s") { Size = size, Baseline = Plain, BaselineFigure = bare.MostMessages, Budget = isBudgeted ? ResultBudget.AtMost(20) : null };
        yield return new("messages of a client, all together", storm.Messages, string.Empty) { Size = size, Baseline = Plain, BaselineFigure = bare.Messages };
        yield return new("bytes sent", storm.Bytes / 1e6, "MB") { Size = size, Baseline = Plain, BaselineFigure = bare.Bytes / 1e6, Budget = isBudgeted ? ResultBudget.RatioAtMost(0.2) : null };
        yield return new("bytes for each person that a client is told of", storm.Bytes / size / size, "B") { Size = size, Baseline = Plain, BaselineFigure = bare.Bytes / size / size };
        yield return new("server's processor time", storm.Cpu, "s") { Size = size, Baseline = Plain, BaselineFigure = bare.Cpu, Budget = isBudgeted ? ResultBudget.RatioAtMost(0.2) : null };
        yield return new("clients' processor time", storm.ClientCpu, "s") { Size = size, Baseline = Plain, BaselineFigure = bare.ClientCpu };
        yield return new("server's peak memory", storm.Memory / 1e6, "MB") { Size = size, Baseline = Plain, BaselineFigure = bare.Memory / 1e6 };
    }

    private static async Task<Storm> StormAsync(SuiteContext context, int size, string server, string path)
    {
        context.Tell($"join-storm: {size:N0} clients, {server}");
        using var host = server == "presence" ? await BenchmarkServer.StartAsync() : await BenchmarkServer.StartBareAsync();

        await WarmUpAsync(host, path.Replace("/1?", "/2?", StringComparison.Ordinal), server == "silent hub" ? 0 : WarmUps);
        var everybody = server == "silent hub" ? 0 : size;
        var (clients, connects) = (new StormClient[size], new long[size]);
        var (cpu, own) = (host.ProcessorTime, Environment.CpuUsage.TotalTime);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, size).Select(async i =>
        {
            // Open loop: a server that is late does not slow down those who come.
            var due = Duration * ((double)i / size) - Stopwatch.GetElapsedTime(started);
            await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero);
            connects[i] = Stopwatch.GetTimestamp();
            clients[i] = await StormClient.ConnectAsync(host, $"{path}visitor-{i:D5}", everybody);
        }));
        var complete = Task.WhenAll(clients.Select(client => client.Complete));
        if (await Task.WhenAny(complete, Task.Delay(Patience)) != complete)
        {
            context.Tell($"join-storm: {clients.Count(client => !client.Complete.IsCompleted)} clients were not told of everybody within {Patience.TotalSeconds} s");
        }

        // What was still on its way when the last one was complete, as messages that tell nothing new.
        await Task.Delay(TimeSpan.FromSeconds(1));
        var last = Array.IndexOf(connects, connects.Max());
        var storm = new Storm(
            Seconds(connects[last], clients[last]),
            Array.TrueForAll(clients, client => client.Complete.IsCompleted) ? clients.Max(client => Seconds(connects[last], client)) : double.NaN,
            clients.Max(client => client.MostInASecond),
            clients.Average(client => client.Messages),
            clients.Sum(client => client.Bytes),
            (host.ProcessorTime - cpu).TotalSeconds,
            (Environment.CpuUsage.TotalTime - own).TotalSeconds,
            host.PeakMemory);
        Array.ForEach(clients, client => client.Dispose());
        return storm;
    }

    /// <summary>Small storms in another room: what the compiler does for the first connections, twice since it looks again, is not what the others cost.</summary>
    private static async Task WarmUpAsync(BenchmarkServer host, string path, int everybody)
    {
        for (var round = 0; round < 2; round++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, WarmUps).Select(async i =>
            {
                await Task.Delay(WarmUpDuration * i / WarmUps);
                return await StormClient.ConnectAsync(host, $"{path}visitor-{i:D5}", everybody);
            }));
            await Task.WhenAny(Task.WhenAll(clients.Select(client => client.Complete)), Task.Delay(Patience));
            Array.ForEach(clients, client => client.Dispose());

            // Longer than those who have gone are held.
            await Task.Delay(TimeSpan.FromSeconds(4));
        }
    }

    private static double Seconds(long from, StormClient client) =>
        client.Complete.IsCompleted ? Stopwatch.GetElapsedTime(from, client.Complete.Result).TotalSeconds : double.NaN;

    private sealed record Storm(double LastComplete, double AllComplete, int MostMessages, double Messages, double Bytes, double Cpu, double ClientCpu, long Memory);
}
