using System.Diagnostics;

namespace Djust.Presence.Benchmarks;

/// <summary>Everybody watches; who calls <see cref="Join"/> is there until they call <see cref="Leave"/>.</summary>
/// <param name="presence">Asked for lists, as an application's own code would.</param>
[PresenceKey("visit:{id}")]
public sealed class VisitHub(IPresenceManager presence) : PresenceHub
{
    /// <inheritdoc/>
    public override async Task OnConnectedAsync()
    {
        await WatchPresenceAsync(GetPresenceKey());
        await base.OnConnectedAsync();
    }

    /// <summary>Joins the group.</summary>
    /// <returns>A task that ends when that is committed.</returns>
    public Task Join() => TrackPresenceAsync(new { name = "Somebody" });

    /// <summary>Leaves the group.</summary>
    /// <returns>A task that ends when that is committed.</returns>
    public Task Leave() => UntrackPresenceAsync();

    /// <summary>Lists the group about once a millisecond.</summary>
    /// <param name="count">How many to wait for.</param>
    /// <returns>When the list was first so long, as a timestamp of the machine: the benchmark's process has the same clock.</returns>
    public async Task<string> WhenCount(int count)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while ((await presence.ListPresencesAsync(GetPresenceKey())).Count != count)
        {
            await timer.WaitForNextTickAsync();
        }

        return Stopwatch.GetTimestamp().ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
