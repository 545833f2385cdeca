using System.Globalization;
using System.Text;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>What the scripts write into Redis and on a group's channel, written by hand as they do it.</summary>
internal static class Bodies
{
    /// <summary>A change as <c>describe</c> in group.lua writes it: the user's meta once, and that of an entry only where it differs.</summary>
    public static byte[] Change(GroupChange change, PresenceMeta meta) => Lines(
    [
        "c", change.Epoch, Number(change.Version), Kind(change.Kind), GroupFormat.Name(change.Reason), change.Hub ?? string.Empty,
        change.User.Id, Number(change.User.JoinedAt.ToUnixTimeMilliseconds()), Number(change.FirstRef), meta.ToString(),
        .. change.User.Entries.SelectMany(entry => new[]
        {
            Number(entry.Ref), entry.Owner, Number(entry.Deadline), Number(entry.Stamp), entry.Meta.Equals(meta) ? string.Empty : entry.Meta.ToString(),
        }),
    ]);

    /// <summary>Another owner, as <c>announce_owner</c> writes it.</summary>
    public static byte[] Owner(OwnerChange change) =>
        Lines(["o", change.Epoch, Number(change.Version), change.Owner, string.Join(' ', change.Refs.Select(@ref => Number(@ref)))]);

    /// <summary>An entry as <c>write</c> puts it into the hash.</summary>
    public static byte[] Entry(string owner, string connection, string user, long joined, long stamp, bool held, string hub, string meta) =>
        Lines([owner, connection, user, Number(joined), Number(stamp), held ? "1" : "0", hub, meta]);

    public static byte[] Lines(params string[] lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines));

    /// <summary>A well formed body with one of its lines replaced.</summary>
    public static byte[] With(byte[] body, int line, string text)
    {
        var lines = Encoding.UTF8.GetString(body).Split('\n');
        lines[line] = text;
        return Lines(lines);
    }

    public static byte[] Without(byte[] body, int line)
    {
        var lines = Encoding.UTF8.GetString(body).Split('\n').ToList();
        lines.RemoveAt(line);
        return Lines([.. lines]);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Kind(PresenceChangeKind? kind) => kind switch
    {
        PresenceChangeKind.Join => "j",
        PresenceChangeKind.Update => "u",
        PresenceChangeKind.Leave => "l",
        PresenceChangeKind.Connections => "c",
        _ => "-",
    };
}
