using System.Globalization;

namespace Djust.Presence.Benchmarks;

/// <summary>A run beside an earlier one: what got worse by more than a third. Ratios only: they are what two machines have in common.</summary>
internal static class Comparison
{
    private const double Tolerance = 4.0 / 3;

    /// <summary>Compares the runs in a directory with those in another.</summary>
    /// <param name="run">JSON files of the run that is looked at.</param>
    /// <param name="committed">Those of the earlier one.</param>
    /// <returns>0, or 1 where something got worse or nothing could be compared.</returns>
    public static int Run(string run, string committed)
    {
        var (compared, worse) = (0, new List<string>());
        foreach (var file in Directory.EnumerateFiles(run, "*.json").Order(StringComparer.Ordinal))
        {
            var before = Path.Combine(committed, Path.GetFileName(file));
            if (!File.Exists(before))
            {
                Console.WriteLine($"{Path.GetFileNameWithoutExtension(file)}: no earlier run");
                continue;
            }

            var pairs = Pairs(SuiteResult.Load(before), SuiteResult.Load(file)).ToArray();
            compared += pairs.Length;
            worse.AddRange(pairs.Where(pair => IsWorse(pair.Before, pair.After)).Select(pair => Describe(Path.GetFileNameWithoutExtension(file), pair.Before, pair.After)));
        }

        worse.ForEach(Console.WriteLine);
        Console.WriteLine($"{compared} ratios compared, {worse.Count} worse by more than a third");
        return compared == 0 || worse.Count > 0 ? 1 : 0;
    }

    internal static bool IsWorse(ResultRow before, ResultRow after) =>
        after.HigherIsBetter ? after.Ratio * Tolerance < before.Ratio : after.Ratio > before.Ratio * Tolerance;

    private static IEnumerable<(ResultRow Before, ResultRow After)> Pairs(SuiteResult before, SuiteResult after) =>
        before.Rows.Where(row => row.Ratio is not null).Join(
            after.Rows.Where(row => row.Ratio is not null),
            row => (row.Name, row.Size),
            row => (row.Name, row.Size),
            (old, now) => (old, now));

    private static string Describe(string suite, ResultRow before, ResultRow after) => string.Create(
        CultureInfo.InvariantCulture,
        $"WORSE {suite}: {after.Name}{(after.Size is { } size ? $" ({size:N0})" : string.Empty)}: {before.Ratio:F2}× was, {after.Ratio:F2}× is");
}
