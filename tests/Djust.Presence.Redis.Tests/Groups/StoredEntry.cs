namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>One entry in a <see cref="StoredGroup"/>.</summary>
internal sealed class StoredEntry
{
    public required int Ref { get; init; }

    public required string Connection { get; set; }

    public required string User { get; init; }

    public required DateTimeOffset JoinedAt { get; init; }

    public string Owner { get; set; } = string.Empty;

    public long Stamp { get; set; }

    public PresenceMeta Meta { get; set; } = PresenceMeta.Empty;

    public EntryRecord ToRecord() => new(Ref, Owner, 0, Stamp, Meta);
}
