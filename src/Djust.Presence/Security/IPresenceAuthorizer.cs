namespace Djust.Presence;

/// <summary>
/// Decides who may track and who may watch a group, and whose pointer is shown in it. Register your own to replace the default, which asks the policy of the hub's
/// <see cref="PresenceKeyAttribute"/> and, where there is none, leaves the decision to the application's own code. Called concurrently.
/// A connection that comes to a group is asked about twice, before and after: rights that are revoked meanwhile
/// (<see cref="IPresenceManager.RevokeAsync"/>) are not missed.
/// </summary>
public interface IPresenceAuthorizer
{
    /// <summary>Decides.</summary>
    /// <param name="context">Who wants what.</param>
    /// <param name="cancellationToken">The connection has ended; the answer is no longer needed.</param>
    /// <returns>Whether it is allowed. An exception refuses as well, but reaches the client as an unspecific error.</returns>
    ValueTask<bool> AuthorizeAsync(PresenceAuthorizationContext context, CancellationToken cancellationToken = default);
}
