using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Djust.Presence;

/// <summary>Reports whether presence is served from a store that answers.</summary>
internal sealed class PresenceHealthCheck(PresenceNode node) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(node.IsDraining
            ? HealthCheckResult.Degraded("This node is stopping and takes no new presences.")
            : HealthCheckResult.Healthy());
}
