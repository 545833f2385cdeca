using FluentAssertions.Execution;

namespace Djust.Presence.Redis.Tests.Hosting;

/// <summary>Awaits a condition. The deadline is for failures only; nothing depends on how soon it comes true.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static Task TrueAsync(Func<bool> condition, string because) => TrueAsync(() => Task.FromResult(condition()), because);

    public static async Task TrueAsync(Func<Task<bool>> condition, string because)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Deadline)
            {
                throw new AssertionFailedException($"Within {Deadline} it did not come true that {because}.");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
