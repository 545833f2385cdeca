using Djust.Presence.Backends;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>Follows a group, as a room does, and has no use for what it hears.</summary>
internal sealed class IdleObserver : IPresenceObserver
{
    public void OnSnapshot(PresenceSnapshot snapshot)
    {
    }

    public void OnChange(PresenceChange change)
    {
    }

    public void OnMessage(PresenceMessage message)
    {
    }
}
