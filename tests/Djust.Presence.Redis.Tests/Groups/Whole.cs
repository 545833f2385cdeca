using System.Text;
using System.Text.Json;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>Whether what was read from anything can be used as if it were written by this library.</summary>
internal static class Whole
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Gives the bytes to every reader.</summary>
    public static void CheckAll(byte[] body)
    {
        Check(GroupFormat.ReadChange(body));
        Check(GroupFormat.ReadOwnerChange(body));
        if (GroupFormat.ReadEntry(1, body) is { } entry)
        {
            Check(entry.UserId, entry.JoinedAt);
            Check(entry.Entry);
        }

        if (GroupFormat.ReadMessage(body) is { } message)
        {
            // Without a name it is between nodes, and what it says is read with as much care.
            _ = message.IsOfNodes ? CursorWire.Read(message.Payload) : null;
            Json(message.Payload);
        }
    }

    /// <summary>An application can read it, and a client gets it as a text.</summary>
    public static void Check(PresenceMeta meta)
    {
        Json(meta.Utf8Json);
        True(meta.Utf8Json.Span[0] == (byte)'{', "a meta is an object");
        _ = meta["name"];
    }

    private static void Check(GroupChange? change)
    {
        if (change is null)
        {
            return;
        }

        True(change.Epoch.Length > 0 && change.Version >= 0, "a change has its place in a numbering");
        Check(change.User.Id, change.User.JoinedAt);
        True(!change.User.Entries.IsEmpty, "a user has entries");
        foreach (var entry in change.User.Entries)
        {
            Check(entry);
        }

        _ = change.User.ToPresence("k").WireJson;
    }

    private static void Check(OwnerChange? change)
    {
        if (change is not null)
        {
            True(change.Epoch.Length > 0 && change.Version >= 0, "a change has its place in a numbering");
            True(change.Refs.Count > 0 && change.Refs.All(@ref => @ref > 0), "entries have numbers");
        }
    }

    private static void Check(string user, DateTimeOffset joinedAt) =>
        True(user.Length > 0 && joinedAt >= DateTimeOffset.UnixEpoch, "a user has an id and a time");

    private static void Check(EntryRecord entry)
    {
        True(entry.Ref > 0 && entry.Deadline >= 0 && entry.Stamp >= 0, "an entry's numbers are none below zero");
        Check(entry.Meta);
    }

    /// <summary>Bytes that are no text would end the connection of every client that gets them.</summary>
    private static void Json(ReadOnlyMemory<byte> utf8)
    {
        _ = Strict.GetString(utf8.Span);
        using var document = JsonDocument.Parse(utf8);
        Texts(document.RootElement);
    }

    private static void Texts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var field in element.EnumerateObject())
                {
                    _ = field.Name;
                    Texts(field.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Texts(item);
                }

                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
        }
    }

    private static void True(bool condition, string because)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"It is not so that {because}.");
        }
    }
}
