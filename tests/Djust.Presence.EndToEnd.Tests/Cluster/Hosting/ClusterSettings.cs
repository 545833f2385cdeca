using System.Globalization;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Hosting;

/// <summary>How the nodes of a test are set up: shorter than the defaults, so that what depends on them can be waited for.</summary>
internal sealed record ClusterSettings
{
    /// <summary>What each node runs.</summary>
    public string Sample { get; init; } = "DocumentViewers";

    public TimeSpan CursorTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan NodeTimeout { get; init; } = TimeSpan.FromSeconds(4);

    public TimeSpan NodeHeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LeaveGracePeriod { get; init; } = TimeSpan.FromSeconds(1);

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["Presence__CursorTimeout"] = Text(CursorTimeout),
        ["Presence__NodeTimeout"] = Text(NodeTimeout),
        ["Presence__NodeHeartbeatInterval"] = Text(NodeHeartbeatInterval),
        ["Presence__LeaveGracePeriod"] = Text(LeaveGracePeriod),
    };

    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);
}
