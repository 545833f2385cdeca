namespace Djust.Presence.Testing;

/// <summary>Which way bytes go.</summary>
[Flags]
public enum Direction
{
    None = 0,
    ToServer = 1,
    ToClient = 2,
    Both = ToServer | ToClient,
}
