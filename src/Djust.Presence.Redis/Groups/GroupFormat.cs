using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Djust.Presence;

/// <summary>
/// Reads what the scripts write: lines, since neither keys, ids nor canonical JSON have line ends. Whatever does not fit is answered with null
/// and never an exception: others can write to the same Redis.
/// </summary>
internal static class GroupFormat
{
    public const byte Change = (byte)'c';
    public const byte OwnerChange = (byte)'o';
    public const byte Message = (byte)'m';

    private const int EntryLines = 5;
    private const int MaxDepth = 64;

    public static GroupChange? ReadChange(ReadOnlyMemory<byte> body)
    {
        var lines = new LineReader(body);
        if (lines.Next() is not { Length: 1 } mark || mark.Span[0] != Change)
        {
            return null;
        }

        var (epoch, version) = (lines.Text(), lines.Number());
        var known = TryKind(lines.Text(), out var kind);
        var (reason, hub, user, joined, first) = (Reason(lines.Text()), lines.Text(), lines.Text(), lines.Number(), lines.Number());
        if (string.IsNullOrEmpty(epoch) || version is null || !known || string.IsNullOrEmpty(user) || Moment(joined) is not { } joinedAt || Meta(lines.Next()) is not { } meta)
        {
            return null;
        }

        var entries = ImmutableArray.CreateBuilder<EntryRecord>(1);
        while (!lines.AtEnd)
        {
            var (@ref, owner, deadline, stamp, own) = (lines.Number(), lines.Text(), lines.Number(), lines.Number(), lines.Next());
            if (@ref is not (> 0 and <= int.MaxValue) || owner is null || deadline is null || stamp is null || own is null ||
                (own.Value.IsEmpty ? meta : Meta(own)) is not { } ownMeta)
            {
                return null;
            }

            entries.Add(new EntryRecord((int)@ref, owner, deadline.Value, stamp.Value, ownMeta));
        }

        return entries.Count == 0
            ? null
            : new GroupChange(epoch, version.Value, kind, reason, hub is { Length: > 0 } ? hub : null,
                new UserRecord(user, joinedAt, entries.DrainToImmutable()), (int)(first ?? 0));
    }

    public static OwnerChange? ReadOwnerChange(ReadOnlyMemory<byte> body)
    {
        var lines = new LineReader(body);
        lines.Next();
        var (epoch, version, owner, refs) = (lines.Text(), lines.Number(), lines.Text(), lines.Text());
        if (string.IsNullOrEmpty(epoch) || version is null || owner is null || string.IsNullOrEmpty(refs))
        {
            return null;
        }

        var numbers = refs.Split(' ').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        return numbers.Contains(0) ? null : new OwnerChange(epoch, version.Value, owner, numbers);
    }

    /// <summary>An entry as it stands in its hash; also which user it belongs to and when that user joined.</summary>
    public static (string UserId, DateTimeOffset JoinedAt, EntryRecord Entry)? ReadEntry(int @ref, ReadOnlyMemory<byte> body)
    {
        var lines = new LineReader(body);
        var (owner, connection, user, joined, stamp, held, hub) = (lines.Text(), lines.Next(), lines.Text(), lines.Number(), lines.Number(), lines.Text(), lines.Next());
        if (@ref <= 0 || owner is null || connection is null || string.IsNullOrEmpty(user) || stamp is null || held is not ("0" or "1") || hub is null ||
            Moment(joined) is not { } joinedAt || Meta(lines.Next()) is not { } meta || !lines.AtEnd)
        {
            return null;
        }

        return (user, joinedAt, new EntryRecord(@ref, owner, 0, stamp.Value, meta));
    }

    public static byte[] WriteMessage(PresenceMessage message)
    {
        var name = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message.Event));
        var body = new byte[2 + name.Length + 1 + message.Payload.Length];
        body[0] = Message;
        body[1] = (byte)'\n';
        name.CopyTo(body, 2);
        body[2 + name.Length] = (byte)'\n';
        message.Payload.CopyTo(body.AsMemory(3 + name.Length));
        return body;
    }

    public static PresenceMessage? ReadMessage(ReadOnlyMemory<byte> body)
    {
        var lines = new LineReader(body);
        lines.Next();
        try
        {
            var name = lines.Next() is { } text ? JsonSerializer.Deserialize<string>(text.Span) : null;
            var payload = lines.Rest();
            return string.IsNullOrEmpty(name) || !IsJson(payload.Span) ? null : new PresenceMessage(name, payload.ToArray());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static PresenceMeta? Meta(ReadOnlyMemory<byte>? json)
    {
        if (json is not { Length: >= 2 } utf8 || utf8.Span[0] != (byte)'{' || !IsJson(utf8.Span))
        {
            return null;
        }

        return utf8.Length == 2 ? PresenceMeta.Empty : new PresenceMeta(utf8.ToArray());
    }

    private static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            var any = false;
            while (reader.Read())
            {
                any = true;
            }

            return any;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static DateTimeOffset? Moment(long? milliseconds) =>
        milliseconds is >= 0 and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds.Value) : null;

    private static bool TryKind(string? text, out PresenceChangeKind? kind)
    {
        kind = text switch
        {
            "j" => PresenceChangeKind.Join,
            "u" => PresenceChangeKind.Update,
            "l" => PresenceChangeKind.Leave,
            "c" => PresenceChangeKind.Connections,
            _ => null,
        };
        return kind is not null || text == "-";
    }

    public static string Name(PresenceChangeReason reason) => reason switch
    {
        PresenceChangeReason.Disconnected => "disconnected",
        PresenceChangeReason.Expired => "expired",
        PresenceChangeReason.NodeLost => "node_lost",
        PresenceChangeReason.Removed => "removed",
        _ => "requested",
    };

    private static PresenceChangeReason Reason(string? text) => text switch
    {
        "disconnected" => PresenceChangeReason.Disconnected,
        "expired" => PresenceChangeReason.Expired,
        "node_lost" => PresenceChangeReason.NodeLost,
        "removed" => PresenceChangeReason.Removed,
        _ => PresenceChangeReason.Requested,
    };

    /// <summary>Walks over the lines of a body.</summary>
    private struct LineReader(ReadOnlyMemory<byte> body)
    {
        private ReadOnlyMemory<byte>? _rest = body;

        public readonly bool AtEnd => _rest is null;

        public ReadOnlyMemory<byte>? Next()
        {
            if (_rest is not { } rest)
            {
                return null;
            }

            var end = rest.Span.IndexOf((byte)'\n');
            _rest = end < 0 ? (ReadOnlyMemory<byte>?)null : rest[(end + 1)..];
            return end < 0 ? rest : rest[..end];
        }

        public ReadOnlyMemory<byte> Rest()
        {
            var rest = _rest ?? default;
            _rest = null;
            return rest;
        }

        public string? Text() => Next() is { } line ? Encoding.UTF8.GetString(line.Span) : null;

        public long? Number() =>
            Next() is { } line && Utf8Parser.TryParse(line.Span, out long number, out var read) && read == line.Length && number >= 0 ? number : null;
    }
}
