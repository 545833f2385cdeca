namespace Djust.Presence.Testing;

/// <summary>Awaits a condition. The deadline is for failures only; nothing depends on how soon it comes true.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static Task TrueAsync(Func<bool> condition, string because, TimeSpan? deadline = null) => TrueAsync(() => Task.FromResult(condition()), because, deadline);

    public static async Task TrueAsync(Func<Task<bool>> condition, string because, TimeSpan? deadline = null)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > (deadline ?? Deadline))
            {
                throw new TimeoutException($"Within {deadline ?? Deadline} it did not come true that {because}.");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
