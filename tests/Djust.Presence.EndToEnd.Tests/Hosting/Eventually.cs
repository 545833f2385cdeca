using FluentAssertions.Execution;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>Awaits what a locator cannot: something that is not on the page.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static Task TrueAsync(Func<bool> condition, string because) => TrueAsync(() => Task.FromResult(condition()), because, Deadline);

    public static Task TrueAsync(Func<bool> condition, string because, TimeSpan deadline) => TrueAsync(() => Task.FromResult(condition()), because, deadline);

    public static async Task TrueAsync(Func<Task<bool>> condition, string because, TimeSpan deadline)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > deadline)
            {
                throw new AssertionFailedException($"Within {deadline} it did not come true that {because}.");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
