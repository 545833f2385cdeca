namespace Djust.Presence.Backends;

/// <summary>
/// Receives the feed of one group: a snapshot, then changes that follow it without a hole, or another snapshot where the feed was interrupted.
/// Calls for one subscription never overlap and come in the order of the group's versions. They may come under the backend's locks: an
/// observer stores what it gets and returns, it neither blocks nor calls the backend.
/// </summary>
public interface IPresenceObserver
{
    /// <summary>The group as it is now; replaces all that came before.</summary>
    /// <param name="snapshot">The snapshot that the next change follows.</param>
    void OnSnapshot(PresenceSnapshot snapshot);

    /// <summary>The next change.</summary>
    /// <param name="change">The change whose version is one more than that of the change or snapshot before.</param>
    void OnChange(PresenceChange change);

    /// <summary>An application's event.</summary>
    /// <param name="message">The event.</param>
    void OnMessage(PresenceMessage message);
}
