namespace Djust.Presence.Benchmarks;

/// <summary>Benchmarks that are run together and compared with each other.</summary>
internal interface ISuite
{
    string Name { get; }

    Task<SuiteResult> RunAsync(SuiteContext context);
}
