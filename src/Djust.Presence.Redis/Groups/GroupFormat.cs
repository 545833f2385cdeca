using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

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

    private const int MaxDepth = 64;

    public static GroupChange? ReadChange(ReadOnlyMemory<byte> body)
    {
        var lines = new LineReader(body.Span);
        if (lines.Next() is not [Change])
        {
            return null;
        }

        var (epoch, version) = (lines.Text(), lines.Number());
        var known = TryKind(lines.Text(), out var kind);
        var (reason, hub, user, joined, first, meta) = (Reason(lines.Text()), lines.Text(), lines.Text(), Moment(lines.Number()), lines.Number(), Meta(lines.Next()));
        if (lines.Failed || epoch.Length == 0 || !known || user.Length == 0 || joined is null || meta is null)
        {
            return null;
        }

        var entries = ImmutableArray.CreateBuilder<EntryRecord>(1);
        while (!lines.AtEnd)
        {
            var (@ref, owner, deadline, stamp) = (lines.Number(), lines.Text(), lines.Number(), lines.Number());
            var own = lines.Next();
            if ((own.IsEmpty ? meta : Meta(own)) is not { } ownMeta || @ref is not (> 0 and <= int.MaxValue) || lines.Failed)
            {
                return null;
            }

            entries.Add(new EntryRecord((int)@ref, owner, deadline, stamp, ownMeta));
        }

        return entries.Count == 0
            ? null
            : new GroupChange(epoch, version, kind, reason, hub.Length > 0 ? hub : null, new UserRecord(user, joined.Value, entries.DrainToImmutable()), (int)first);
    }

    public static OwnerChange? ReadOwnerChange(ReadOnlyMemory<byte> body)
    {
        var lines = new LineReader(body.Span);
        lines.Next();
        var (epoch, version, owner, refs) = (lines.Text(), lines.Number(), lines.Text(), lines.Text());
        if (lines.Failed || epoch.Length == 0 || refs.Length == 0)
        {
            return null;
        }

        var numbers = refs.Split(' ').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        return numbers.Contains(0) ? null : new OwnerChange(epoch, version, owner, numbers);
    }

    /// <summary>An entry as it stands in its hash; also which user it belongs to and when that user joined.</summary>
    /// <param name="ref">Its number.</param>
    /// <param name="body">What the hash has.</param>
    /// <param name="before">The entry before: in a large group most entries share few owners, and often few metas.</param>
    public static (string UserId, DateTimeOffset JoinedAt, EntryRecord Entry)? ReadEntry(int @ref, ReadOnlySpan<byte> body, EntryRecord? before = null)
    {
        var lines = new LineReader(body);
        var owner = lines.Text(before?.Owner ?? string.Empty);
        lines.Next();
        var (user, joined, stamp, held) = (lines.Text(), Moment(lines.Number()), lines.Number(), lines.Number());
        lines.Next();
        return @ref > 0 && user.Length > 0 && joined is { } joinedAt && held is 0 or 1 && Meta(lines.Next(), before?.Meta) is { } meta && !lines.Failed && lines.AtEnd
            ? (user, joinedAt, new EntryRecord(@ref, owner, 0, stamp, meta))
            : null;
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
        var lines = new LineReader(body.Span);
        lines.Next();
        try
        {
            var name = JsonSerializer.Deserialize<string>(lines.Next());
            var payload = lines.Rest();
            return name is null || !IsJson(payload) ? null : new PresenceMessage(name, payload.ToArray());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static PresenceMeta? Meta(ReadOnlySpan<byte> json, PresenceMeta? likely = null) => json switch
    {
        [(byte)'{', (byte)'}'] => PresenceMeta.Empty,
        _ when likely is not null && json.SequenceEqual(likely.Utf8Json.Span) => likely,
        [(byte)'{', ..] when PlainJson.Knows(json) || IsJson(json) => new PresenceMeta(json.ToArray()),
        _ => null,
    };

    private static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            var any = false;
            while (reader.Read())
            {
                any = true;
                if (reader.ValueIsEscaped && reader.TokenType is (JsonTokenType.String or JsonTokenType.PropertyName))
                {
                    // Only reading it tells whether what is escaped is text: half of a surrogate pair is not.
                    reader.GetString();
                }
            }

            return any && Utf8.IsValid(utf8);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static DateTimeOffset? Moment(long milliseconds) =>
        milliseconds is >= 0 and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    private static bool TryKind(string text, out PresenceChangeKind? kind)
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

    private static PresenceChangeReason Reason(string text) => text switch
    {
        "disconnected" => PresenceChangeReason.Disconnected,
        "expired" => PresenceChangeReason.Expired,
        "node_lost" => PresenceChangeReason.NodeLost,
        "removed" => PresenceChangeReason.Removed,
        _ => PresenceChangeReason.Requested,
    };

    /// <summary>Walks over the lines of a body. One that is missing, or is to be a number and is none, reads as nothing and makes the whole a failure.</summary>
    private ref struct LineReader(ReadOnlySpan<byte> body)
    {
        private ReadOnlySpan<byte> _rest = body;

        public bool AtEnd { get; private set; }

        public bool Failed { get; private set; }

        public ReadOnlySpan<byte> Next()
        {
            var line = _rest;
            var end = line.IndexOf((byte)'\n');
            Failed |= AtEnd;
            AtEnd |= end < 0;
            _rest = end < 0 ? default : line[(end + 1)..];
            return end < 0 ? line : line[..end];
        }

        public ReadOnlySpan<byte> Rest()
        {
            (Failed, AtEnd) = (Failed || AtEnd, true);
            return _rest;
        }

        public string Text() => Encoding.UTF8.GetString(Next());

        /// <summary>The next line, without making another string where it is the one expected.</summary>
        public string Text(string expected)
        {
            var line = Next();
            return Ascii.Equals(line, expected) ? expected : Encoding.UTF8.GetString(line);
        }

        public long Number()
        {
            var line = Next();
            if (Utf8Parser.TryParse(line, out long number, out var read) && read == line.Length && number >= 0)
            {
                return number;
            }

            Failed = true;
            return 0;
        }
    }
}
