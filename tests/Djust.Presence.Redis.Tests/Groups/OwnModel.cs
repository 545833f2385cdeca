using Djust.Presence.Backends;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>One entry of the node under test, as the rules want it to be.</summary>
internal sealed class OwnModel
{
    public required PresenceEntryId Id { get; init; }

    public required string User { get; init; }

    public required int Ref { get; set; }

    public required PresenceMeta Meta { get; set; }

    public required long Stamp { get; set; }

    public bool Held { get; set; }

    /// <summary>Whether the store has it.</summary>
    public bool IsStored { get; set; }

    /// <summary>The version at which the store confirmed it; older messages say nothing about it.</summary>
    public long Version { get; set; }

    /// <summary>Whether it has a meta that the store has not been told.</summary>
    public bool IsNew { get; set; }
}
