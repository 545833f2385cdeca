using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Djust.Presence.Benchmarks;

/// <summary>Runs a class of benchmarks in this process.</summary>
internal static class MemoryRun
{
    /// <summary>The median time in nanoseconds and the bytes allocated, by method and size.</summary>
    public static Dictionary<(string Method, int Size), (double Nanoseconds, double Bytes)> Of<T>(SuiteContext context)
    {
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.DontLogOutput)
            .WithIterationTime(TimeInterval.FromMilliseconds(context.Choose(250, 60)))
            .WithWarmupCount(context.Choose(6, 6))
            .WithIterationCount(context.Choose(9, 3));
        var config = ManualConfig.CreateEmpty().AddJob(job).AddLogger(new Progress(context))
            .AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance)
            .WithOptions(ConfigOptions.DisableLogFile)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "djust-benchmarks"));
        var summary = BenchmarkRunner.Run<T>(config);
        if (summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success))
        {
            throw new InvalidOperationException($"{typeof(T).Name} did not run: {string.Join(' ', summary.ValidationErrors.Select(error => error.Message))}");
        }

        return summary.Reports.ToDictionary(
            report => (report.BenchmarkCase.Descriptor.WorkloadMethod.Name, report.BenchmarkCase.HasParameters ? (int)report.BenchmarkCase.Parameters["Size"] : 0),
            report => (report.ResultStatistics!.Median, (double)report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase)!));
    }

    /// <summary>Passes on which benchmark runs, and errors.</summary>
    private sealed class Progress(SuiteContext context) : ILogger
    {
        private const string Begins = "// Benchmark: ";

        public string Id => nameof(Progress);

        public int Priority => 0;

        public void Write(LogKind logKind, string text)
        {
            if (text.StartsWith(Begins, StringComparison.Ordinal))
            {
                context.Tell($"memory: {text[Begins.Length..text.IndexOf(':', Begins.Length)]}{(text.Contains('[', StringComparison.Ordinal) ? text[text.LastIndexOf('[')..].Trim() : string.Empty)}");
            }
            else if (logKind == LogKind.Error && !text.StartsWith("//", StringComparison.Ordinal))
            {
                context.Tell(text.Trim());
            }
        }

        public void WriteLine()
        {
        }

        public void WriteLine(LogKind logKind, string text) => Write(logKind, text);

        public void Flush()
        {
        }
    }
}
