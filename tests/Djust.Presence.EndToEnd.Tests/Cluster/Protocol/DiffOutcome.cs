namespace Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

/// <summary>What became of a diff.</summary>
internal enum DiffOutcome
{
    Applied,

    /// <summary>The view had it already.</summary>
    Stale,

    /// <summary>Something before it is missing: a fresh state is needed.</summary>
    Gap,
}
