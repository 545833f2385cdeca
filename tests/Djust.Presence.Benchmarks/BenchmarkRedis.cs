using System.Diagnostics;
using System.Globalization;

namespace Djust.Presence.Benchmarks;

/// <summary>A redis-server of the benchmark's own, on a free port of 127.0.0.1, that keeps nothing.</summary>
internal sealed class BenchmarkRedis : IDisposable
{
    private readonly Process _process;

    private BenchmarkRedis(Process process, int port)
    {
        _process = process;
        Endpoint = $"127.0.0.1:{port}";
    }

    public string Endpoint { get; }

    public static async Task<BenchmarkRedis> StartAsync()
    {
        var port = FreePort.Take();
        var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("REDIS_SERVER") ?? "redis-server",
            ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", string.Empty, "--appendonly", "no"])
        { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                return new BenchmarkRedis(process, port);
            }
        }

        throw new InvalidOperationException("redis-server did not start.");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
