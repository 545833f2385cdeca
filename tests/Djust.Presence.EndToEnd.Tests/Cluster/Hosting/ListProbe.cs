using System.Diagnostics;
using System.Globalization;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Hosting;

/// <summary>Asks a node for its list again and again, and notes how long each answer took.</summary>
internal sealed class ListProbe : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _ended = new();
    private readonly List<TimeSpan> _times = [];
    private readonly Task _asking;

    public ListProbe(ClusterNode node, string document) => _asking = AskAsync(node, document);

    /// <summary>How long that share of the answers took at most; after <see cref="DisposeAsync"/>.</summary>
    public TimeSpan At(double share) => _times[(int)((_times.Count - 1) * share)];

    public override string ToString() => $"{_times.Count} lists, ms: p50 {Text(0.5)}, p95 {Text(0.95)}, p99 {Text(0.99)}, slowest {Text(1)}";

    public async ValueTask DisposeAsync()
    {
        if (!_ended.IsCancellationRequested)
        {
            await _ended.CancelAsync();
            await _asking;
            _times.Sort();
            _ended.Dispose();
        }
    }

    private string Text(double share) => At(share).TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture);

    private async Task AskAsync(ClusterNode node, string document)
    {
        // The first answers come from code that runs for the first time, over a connection that is made for them.
        for (var i = 0; i < 20; i++)
        {
            await node.ListAsync(document);
        }

        using var timer = new PeriodicTimer(Interval);
        while (!_ended.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            await node.ListAsync(document);
            _times.Add(Stopwatch.GetElapsedTime(asked));
            await timer.WaitForNextTickAsync();
        }
    }
}
