using System.Net.Http.Json;
using System.Text.Json;
using Djust.Presence.EndToEnd.Tests.Cluster.Protocol;
using Djust.Presence.EndToEnd.Tests.Hosting;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Hosting;

/// <summary>A node: a sample as a process, on a port that it keeps when it is started again.</summary>
/// <param name="redis">Where its Redis is, as <c>--redis</c> takes it.</param>
/// <param name="settings">How presence behaves.</param>
internal sealed class ClusterNode(string redis, ClusterSettings settings) : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private readonly List<string> _formerOutput = [];
    private SampleProcess? _process;

    public Uri Url { get; private set; } = null!;

    public bool IsRunning => _process is not null;

    /// <summary>What all its processes wrote.</summary>
    public string Output => string.Join(Environment.NewLine, [.. _formerOutput, _process?.Output ?? string.Empty]);

    public async Task StartAsync()
    {
        _process = await SampleProcess.StartAsync(settings.Sample, Url?.Port ?? FreePort.Take(), ["--backend", "redis", "--redis", redis], settings.Environment);
        Url = _process.Url;
    }

    /// <summary><c>kill -9</c></summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
            _formerOutput.Add(process.Output);
        }
    }

    /// <summary><c>kill -TERM</c>; comes back when the process has ended.</summary>
    public async Task StopAsync()
    {
        await _process!.StopAsync();
        await KillAsync();
    }

    public Task PauseAsync() => _process!.PauseAsync();

    public Task ResumeAsync() => _process!.ResumeAsync();

    public async Task<PresenceListing> ListAsync(string document) =>
        (await Http.GetFromJsonAsync<PresenceListing>(new Uri(Url, $"/api/presence/{Uri.EscapeDataString($"document:{document}")}")))!;

    /// <summary>Where the users of a group point, by their ids.</summary>
    public async Task<IReadOnlyDictionary<string, (double X, double Y)>> CursorsAsync(string key) =>
        (await Http.GetFromJsonAsync<JsonElement>(new Uri(Url, $"/api/cursors/{Uri.EscapeDataString(key)}"))).GetProperty("cursors").EnumerateArray().ToDictionary(
            cursor => cursor.GetProperty("id").GetString()!, cursor => (cursor.GetProperty("x").GetDouble(), cursor.GetProperty("y").GetDouble()));

    public Task<string> HealthAsync() => Http.GetStringAsync(new Uri(Url, "/healthz"));

    public async Task IsAsync(string health, TimeSpan deadline) =>
        await Eventually.TrueAsync(async () => await HealthAsync() == health, $"a node says {health}", deadline);

    public ValueTask DisposeAsync() => new(KillAsync());
}
