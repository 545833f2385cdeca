using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>
/// Gives presence to a hub that has another base class, such as <see cref="Hub{T}"/>: implement it, and the members of
/// <see cref="PresenceMixinExtensions"/> are there (<c>this.TrackPresenceAsync(…)</c>).
/// </summary>
/// <remarks>
/// Implement its members explicitly, as in <c>Task IPresenceMixin.OnPresenceJoinAsync(Presence presence)</c>: SignalR lets clients call
/// every public method of a hub, so a public one is refused at start. The callbacks run once for each change in the whole cluster, on a
/// fresh instance of the hub that has no caller.
/// </remarks>
public interface IPresenceMixin
{
    /// <summary>The presence key of this connection. The default is the <see cref="PresenceKeyAttribute"/>'s template, else the hub's full type name.</summary>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">A variable of the template has no value.</exception>
    string GetPresenceKey() => HubPresence.DefaultKey((Hub)this);

    /// <summary>The user id of this connection. The default is the authenticated id, else <c>anon_…</c> from the visitor's cookie.</summary>
    /// <returns>The id, which others see.</returns>
    string GetPresenceUserId() => HubPresence.DefaultUserId((Hub)this);

    /// <summary>A user's first connection has arrived.</summary>
    /// <param name="presence">The user.</param>
    /// <returns>A task that ends when the callback is done.</returns>
    Task OnPresenceJoinAsync(Presence presence) => Task.CompletedTask;

    /// <summary>A user's meta has changed.</summary>
    /// <param name="presence">The user, with the new meta.</param>
    /// <returns>A task that ends when the callback is done.</returns>
    Task OnPresenceUpdateAsync(Presence presence) => Task.CompletedTask;

    /// <summary>A user's last connection has gone.</summary>
    /// <param name="presence">The user, as they were last.</param>
    /// <returns>A task that ends when the callback is done.</returns>
    Task OnPresenceLeaveAsync(Presence presence) => Task.CompletedTask;
}
