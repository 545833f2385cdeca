using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Djust.Presence;

/// <summary>Reports whether presence is served from a store that answers. Never Unhealthy: without its store a node still serves what it knows.</summary>
internal sealed class PresenceHealthCheck(PresenceNode node, IPresenceBackend backend) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var health = backend.Health;
        var data = health.LeaseAge is { } age ? new Dictionary<string, object> { ["leaseAge"] = age } : null;
        var trouble = node.IsDraining ? "This node is stopping and takes no new presences." : health.Trouble;
        return Task.FromResult(trouble is null ? HealthCheckResult.Healthy(data: data) : HealthCheckResult.Degraded(trouble, data: data));
    }
}
