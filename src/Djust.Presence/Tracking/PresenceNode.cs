using System.Security.Cryptography;

namespace Djust.Presence;

/// <summary>This process as a holder of connections. Its id is new at every start, so that a restarted server never inherits entries of its former life.</summary>
internal sealed class PresenceNode
{
    private volatile bool _draining;

    public string Id { get; } = "n" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>Whether the host is stopping: no new presences, but those that are here may still leave.</summary>
    public bool IsDraining => _draining;

    public void Drain() => _draining = true;

    public void ThrowIfDraining()
    {
        if (_draining)
        {
            throw new PresenceRefusedException("This server is stopping and takes no new presences. Connect again; another server will answer.");
        }
    }
}
