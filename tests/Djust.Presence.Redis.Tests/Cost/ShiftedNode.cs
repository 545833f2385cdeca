using System.Diagnostics;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>A sample on Redis, in a process whose idea of the date is wrong.</summary>
internal sealed class ShiftedNode : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly HttpClient _http;

    private ShiftedNode(Process process, Uri url) => (_process, _http) = (process, new HttpClient { BaseAddress = url });

    /// <summary>Debian's package faketime has it in one of these; null where it is not installed.</summary>
    public static string? Library { get; } = Directory.Exists("/usr/lib")
        ? Directory.EnumerateFiles("/usr/lib", "libfaketimeMT.so.1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 }).FirstOrDefault()
        : null;

    /// <param name="shift">As faketime writes it: <c>+5m</c>.</param>
    /// <param name="redis">Where Redis is.</param>
    /// <param name="prefix">What keys begin with.</param>
    public static async Task<ShiftedNode> StartAsync(string shift, string redis, string prefix)
    {
        var assembly = typeof(ShiftedNode).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Sample.DocumentViewers").Value!;
        var start = new ProcessStartInfo("dotnet", [assembly, "--urls", "http://127.0.0.1:0", "--backend", "redis", "--redis", redis])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
            Environment =
            {
                ["LD_PRELOAD"] = Library,
                ["FAKETIME"] = shift,

                // Only the date is wrong. The clock that measures how long something takes stays right, as it does on a real machine.
                ["DONT_FAKE_MONOTONIC"] = "1",
                ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
                ["Presence__RedisKeyPrefix"] = prefix,
                ["Presence__NodeHeartbeatInterval"] = "00:00:00.500",
                // A node that is not given any time for some seconds is not dead.
                ["Presence__NodeTimeout"] = "00:00:05",
            },
        };
        var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(StartDeadline);
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.Split(' ') is ["Open", var page, ..])
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new ShiftedNode(process, new Uri(page[..page.IndexOf("/documents", StringComparison.Ordinal)]));
            }
        }

        throw new InvalidOperationException("The sample ended before it said where it listens.");
    }

    /// <summary>What time the process takes it to be.</summary>
    public async Task<DateTimeOffset> DateAsync()
    {
        using var answer = await _http.GetAsync(new Uri("/healthz", UriKind.Relative));
        return answer.Headers.Date!.Value;
    }

    public async Task<HubConnection> ConnectAsync(string document, string name)
    {
        var connection = new HubConnectionBuilder().WithUrl(new Uri(_http.BaseAddress!, $"/hubs/document/{document}?name={name}")).Build();
        await connection.StartAsync();
        return connection;
    }

    public async Task<string[]> NamesAsync(string document)
    {
        var list = await _http.GetFromJsonAsync<JsonElement>(new Uri($"/api/presence/document:{document}", UriKind.Relative));
        return [.. list.GetProperty("presences").EnumerateArray().Select(presence => presence.GetProperty("meta").GetProperty("name").GetString()!).Order()];
    }

    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _http.Dispose();
    }
}
