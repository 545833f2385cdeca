using System.Diagnostics;
using System.Globalization;

namespace Djust.Presence.Benchmarks;

/// <summary>What was asked for on the command line, and where progress is shown.</summary>
internal sealed class SuiteContext
{
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Whether a short run is enough, which shows that the suite works and finds what got much worse.</summary>
    public bool Quick { get; init; }

    /// <summary>Sizes instead of the suite's own, or null.</summary>
    public int[]? Sizes { get; init; }

    /// <summary>Where the load generator of the other servers is, with its packages installed, or null.</summary>
    public string? Peers { get; init; }

    /// <summary>Which sizes to measure, in ascending order.</summary>
    /// <param name="full">Those of a whole run.</param>
    /// <param name="quick">Those of a quick one.</param>
    public int[] SizesOr(int[] full, int[] quick) => Sizes is null ? Quick ? quick : full : [.. Sizes.Order()];

    public T Choose<T>(T full, T quick) => Quick ? quick : full;

    /// <summary>Tells what is being done, with the time since the start.</summary>
    public void Tell(string what) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $@"[{Stopwatch.GetElapsedTime(_started):mm\:ss}] {what}"));
}
