namespace Djust.Presence;

/// <summary>How large and how deep a meta may be.</summary>
internal readonly record struct PresenceMetaLimits(int MaxBytes, int MaxDepth)
{
    public static readonly PresenceMetaLimits Default = new(PresenceOptions.DefaultMaxMetaBytes, PresenceOptions.DefaultMaxMetaDepth);
}
