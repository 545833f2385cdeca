using System.Diagnostics;

namespace Djust.Presence.BackendContract;

/// <summary>
/// Awaits what a backend may do asynchronously: a feed that arrives, another node's list. The deadline is for failures only; nothing depends
/// on how soon it comes true.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Repeats an assertion until it passes; throws what it last threw when the deadline is over.</summary>
    public static async Task PassesAsync(Func<Task> assertion)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Exception) when (Stopwatch.GetElapsedTime(started) < Deadline)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }

    public static Task PassesAsync(Action assertion) => PassesAsync(() =>
    {
        assertion();
        return Task.CompletedTask;
    });
}
