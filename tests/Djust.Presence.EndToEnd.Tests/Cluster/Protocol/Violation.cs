namespace Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

/// <summary>Something that a server must not say.</summary>
/// <param name="At">When, as a timestamp of the machine.</param>
/// <param name="What">What.</param>
internal sealed record Violation(long At, string What);
