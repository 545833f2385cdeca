using System.Diagnostics;
using Djust.Presence.EndToEnd.Tests.Cluster.Protocol;
using FluentAssertions;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Hosting;

/// <summary>What clients were told, and whether it can have happened.</summary>
internal static class EventStream
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static IReadOnlyList<UserEvent> Of(this ClusterClient client, EventKind kind) => [.. client.Events.Where(happened => happened.Kind == kind)];

    /// <summary>What a client was told about some users only.</summary>
    public static IReadOnlyList<UserEvent> Of(this ClusterClient client, EventKind kind, IReadOnlyCollection<string> users) =>
        [.. client.Of(kind).Where(happened => users.Contains(happened.UserId))];

    public static IReadOnlyList<string> Users(this IEnumerable<UserEvent> events) => [.. events.Select(happened => happened.UserId)];

    /// <summary>How long after a moment the last of some events came.</summary>
    public static TimeSpan LastAfter(this IEnumerable<UserEvent> events, long timestamp) => events.Max(happened => Stopwatch.GetElapsedTime(timestamp, happened.At));

    /// <summary>For a user the events alternate: join, update*, leave, join …; whoever was found by the first state begins with an update or a leave.</summary>
    public static IEnumerable<string> Disorder(IEnumerable<UserEvent> events)
    {
        var last = new Dictionary<string, EventKind>();
        foreach (var happened in events)
        {
            if (last.TryGetValue(happened.UserId, out var before) && (happened.Kind == EventKind.Join) != (before == EventKind.Leave))
            {
                yield return $"{happened.Name} ({happened.UserId}): a {happened.Kind} after a {before}";
            }

            last[happened.UserId] = happened.Kind;
        }
    }

    /// <summary>Nothing came that could not be, and no call to a hub failed.</summary>
    public static void ShouldBeValid(this IEnumerable<ClusterClient> clients)
    {
        foreach (var client in clients)
        {
            client.Violations.Should().BeEmpty();
            client.Failures.Should().BeEmpty();
            Disorder(client.Events).Should().BeEmpty();
        }
    }

    /// <summary>
    /// Waits until observers have seen somebody come and go who does so now. Changes of a group arrive in their order, so whatever happened before
    /// has been told by then, and so has whatever was told twice.
    /// </summary>
    public static async Task SettleAsync(this IReadOnlyCollection<ClusterClient> observers, Crowd crowd, ClusterNode node)
    {
        await using var marker = new ClusterClient(crowd.Document, "Marker");
        await marker.ConnectAsync(node.Url);
        await SeenAsync(observers, EventKind.Join, [marker.UserId]);
        await marker.CloseAsync();
        await SeenAsync(observers, EventKind.Leave, [marker.UserId]);
    }

    public static Task SeenAsync(this IReadOnlyCollection<ClusterClient> observers, EventKind kind, IReadOnlyCollection<string> users) => Eventually.TrueAsync(
        () => observers.All(observer => users.All(observer.Of(kind).Users().ToHashSet().Contains)),
        $"all observers see {users.Count} users {kind}",
        Deadline);
}
