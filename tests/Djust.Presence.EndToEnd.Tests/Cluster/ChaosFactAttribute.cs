using Xunit;

namespace Djust.Presence.EndToEnd.Tests.Cluster;

/// <summary>Runs only when asked for with CHAOS_MINUTES: it takes the whole machine for that long.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChaosFactAttribute : FactAttribute
{
    public const string Variable = "CHAOS_MINUTES";

    public ChaosFactAttribute() => Skip = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } ? null : $"Runs for as many minutes as {Variable} says.";
}
