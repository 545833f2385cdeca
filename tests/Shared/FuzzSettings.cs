using System.Diagnostics;
using System.Globalization;

namespace Djust.Presence.Testing;

/// <summary>
/// How the fuzzers run: from the seed in FUZZ_SEED, which is the same each time without it, and for as many inputs as a test says; with FUZZ_MINUTES
/// for that long instead.
/// </summary>
internal static class FuzzSettings
{
    public static int Seed { get; } = Number("FUZZ_SEED") ?? 20_260_117;

    public static TimeSpan? Duration { get; } = Number("FUZZ_MINUTES") is { } minutes ? TimeSpan.FromMinutes(minutes) : null;

    /// <summary>Numbers from 0, as many as asked for; or as many as there is time for.</summary>
    public static IEnumerable<int> Rounds(int count)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; Duration is { } duration ? Stopwatch.GetElapsedTime(started) < duration : i < count; i++)
        {
            yield return i;
        }
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
