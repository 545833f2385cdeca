using FluentAssertions;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>What observers see of users, as text to compare: the newest meta, then each connection, with its own meta where that differs.</summary>
internal static class Looks
{
    public static string? Of(IEnumerable<(int Ref, long Stamp, PresenceMeta Meta)> entries)
    {
        var ordered = entries.OrderBy(entry => entry.Ref).ToArray();
        if (ordered.Length == 0)
        {
            return null;
        }

        var newest = ordered.MaxBy(entry => entry.Stamp).Meta;
        return $"{newest}\n{string.Join(' ', ordered.Select(entry => entry.Ref + (entry.Meta.Equals(newest) ? null : entry.Meta.ToString())))}";
    }

    /// <summary>Compares without the cost of an assertion, of which there would be a hundred thousand.</summary>
    public static void Same<T>(IEnumerable<T> actual, IEnumerable<T> expected)
    {
        if (!actual.SequenceEqual(expected))
        {
            actual.Should().Equal(expected);
        }
    }

    public static string Line(string user, string look) => $"{user}: {look}";

    public static IEnumerable<string> Of(PresenceSnapshot snapshot) => snapshot.Presences.Select(presence =>
        Line(presence.Id, $"{presence.Meta}\n{string.Join(' ', presence.Connections.Select(connection => connection.Ref + connection.Meta?.ToString()))}"));
}
