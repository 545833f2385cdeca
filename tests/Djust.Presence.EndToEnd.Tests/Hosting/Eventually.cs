using FluentAssertions.Execution;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>Awaits what a locator cannot: something that is not on the page.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<bool> condition, string because)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Deadline)
            {
                throw new AssertionFailedException($"Within {Deadline} it did not come true that {because}.");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
