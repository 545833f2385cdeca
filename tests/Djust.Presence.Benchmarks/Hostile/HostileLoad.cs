using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Djust.Presence.Benchmarks;

/// <summary>Hostile connections in a process of their own, so that what they cost is known, and not the server's or the honest clients'.</summary>
internal sealed class HostileLoad : IDisposable
{
    private readonly Process _process;

    private HostileLoad(Process process) => _process = process;

    /// <summary>Starts the process; its connections are open when this ends.</summary>
    public static async Task<HostileLoad> StartAsync(int port, string room, int connections, int perSecond, string kind)
    {
        var process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!,
            [.. BenchmarkServer.Arguments(), "hostile-clients", $"{port}", room, $"{connections}", $"{perSecond}", kind]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        return await process.StandardOutput.ReadLineAsync() == "ready" ? new HostileLoad(process) : throw new InvalidOperationException("The hostile clients did not connect.");
    }

    /// <summary>What the child process runs.</summary>
    public static async Task RunAsync(string[] arguments)
    {
        var (port, connections, perSecond) = (int.Parse(arguments[0], CultureInfo.InvariantCulture), int.Parse(arguments[2], CultureInfo.InvariantCulture), int.Parse(arguments[3], CultureInfo.InvariantCulture));
        var (room, kind) = (arguments[1], arguments[4]);
        var all = Enumerable.Range(0, connections).Select(_ => new HostileConnection(port, $"/hubs/cursor/{room}", HostileMessages.Of(kind, room), perSecond)).ToArray();
        foreach (var some in all.Chunk(10))
        {
            await Task.WhenAll(some.Select(one => one.ConnectAsync()));
        }

        Console.WriteLine("ready");
        if (await Console.In.ReadLineAsync() is not { } seconds)
        {
            return;
        }

        var (cpu, started) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await Task.WhenAll(all.Select(one => one.FloodAsync(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)))));
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var report = new HostileReport(all.Sum(one => one.Sent) / took, all.Sum(one => one.Ended), 100 * (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / took);
        Console.WriteLine(JsonSerializer.Serialize(report));
        Array.ForEach(all, one => one.Dispose());
    }

    public async Task<HostileReport> FloodAsync(TimeSpan duration)
    {
        await _process.StandardInput.WriteLineAsync(((int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        return JsonSerializer.Deserialize<HostileReport>((await _process.StandardOutput.ReadLineAsync())!)!;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
