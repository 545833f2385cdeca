using System.Diagnostics;

namespace Djust.Presence.Benchmarks;

/// <summary>How figures are taken that BenchmarkDotNet does not take.</summary>
internal static class Measure
{
    /// <summary>Two kinds of work in turns, and of each the first quartile: whatever else runs on the machine can only slow them down.</summary>
    /// <param name="rounds">How many count; one more goes before them, for the compiler.</param>
    /// <param name="first">Gives its own figure, less being better.</param>
    /// <param name="second">The same.</param>
    public static async Task<(double First, double Second)> InTurnsAsync(int rounds, Func<int, Task<double>> first, Func<int, Task<double>> second)
    {
        var (ones, others) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            var (one, other) = (await first(round), await second(round));
            if (round > 0)
            {
                ones.Add(one);
                others.Add(other);
            }
        }

        return (At(ones, 0.25), At(others, 0.25));
    }

    /// <summary>Seconds.</summary>
    public static async Task<double> TimeAsync(Func<Task> action)
    {
        var started = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    /// <summary>The value below which a share of the values is; NaN without values.</summary>
    public static double At(IReadOnlyCollection<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)((sorted.Length - 1) * share)];
    }
}
