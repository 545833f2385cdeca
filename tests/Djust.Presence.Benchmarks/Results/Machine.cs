using System.Globalization;
using System.Runtime.InteropServices;

namespace Djust.Presence.Benchmarks;

/// <summary>Where and when a run was; nothing in it tells one machine from another of its kind.</summary>
/// <param name="Processor">The model.</param>
/// <param name="Cores">How many cores the processes could use.</param>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">The version of .NET.</param>
/// <param name="Date">The day, UTC.</param>
/// <param name="Load">How many threads were running or ready over the minute before the suite began: over a tenth of the cores is not a quiet machine.</param>
internal sealed record Machine(string Processor, int Cores, string System, string Runtime, string Date, double Load)
{
    public static Machine Here() => new(
        First("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture));

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Processor}, {Cores} cores, {System}, {Runtime}, load {Load:F1} before, {Date}");

    private static string? First(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':')[1].Trim();
}
