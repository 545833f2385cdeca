namespace Djust.Presence.EndToEnd.Tests.Cluster.Hosting;

/// <summary>A call that a hub refused, or did not answer, although its connection was up before and after.</summary>
/// <param name="At">When, as a timestamp of the machine.</param>
/// <param name="Message">What the client was told.</param>
internal sealed record FailedCall(long At, string Message);
