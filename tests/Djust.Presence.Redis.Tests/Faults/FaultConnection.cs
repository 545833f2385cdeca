using Djust.Presence.Backends;

namespace Djust.Presence.Redis.Tests.Faults;

/// <summary>A connection of a node, as the node itself takes it to be. Its requests do not overlap.</summary>
internal sealed class FaultConnection(PresenceJoin join)
{
    /// <summary>What it would be joined anew with.</summary>
    public PresenceJoin Join { get; set; } = join;

    public string UserId => Join.UserId;

    /// <summary>Whether its client is there.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether it has ended and its entry may still be there.</summary>
    public bool IsHeld { get; set; }

    public SemaphoreSlim Gate { get; } = new(1, 1);
}
