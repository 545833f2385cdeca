namespace Djust.Presence;

/// <summary>What a connection may have so much of in a second, and waits for beyond.</summary>
internal enum Allowance
{
    /// <summary>Entries into groups.</summary>
    Turns,

    /// <summary>Whole states that it asks for, in presences.</summary>
    States,

    /// <summary>Refused calls, and changes that have to wait while the node is overloaded.</summary>
    Refusals,
}
