namespace Djust.Presence;

/// <summary>Whose messages are paced.</summary>
internal interface IPacedClient
{
    /// <summary>Who shares the limit of a user; null where nobody is known.</summary>
    string? UserId { get; }

    /// <summary>The client has sent something.</summary>
    void Heard();

    /// <summary>Ends the connection.</summary>
    void Abort();
}
