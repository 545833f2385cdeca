using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Djust.Presence;

/// <summary>Cursors as JSON: what clients get (docs/protocol.md), and what nodes tell each other.</summary>
internal static class CursorWire
{
    public const string FrameTarget = "CursorFrame";

    /// <summary>The most bytes of one cursor in a frame: a ref, two coordinates with sign, ten digits, point and four decimals, and commas.</summary>
    public const int MaxCursorBytes = 11 + (2 * 17);

    private static readonly StandardFormat FourDecimals = new('F', 4);

    /// <summary>Writes <c>ref,x,y</c>, with as many decimals as are needed and at most four.</summary>
    /// <returns>How many bytes.</returns>
    public static int Write(Span<byte> buffer, int @ref, CursorPoint point)
    {
        Utf8Formatter.TryFormat(@ref, buffer, out var length);
        buffer[length++] = (byte)',';
        length += Write(buffer[length..], point.X);
        buffer[length++] = (byte)',';
        return length + Write(buffer[length..], point.Y);
    }

    /// <summary>What a node tells the others of a room.</summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="asks">Whether it asks the others to tell all that they have.</param>
    /// <param name="moves">The newest positions.</param>
    /// <param name="gone">Cursors that have ended.</param>
    public static byte[] Message(string nodeId, bool asks, IEnumerable<RoomCursor> moves, IEnumerable<int> gone) => PresenceWire.Write(writer =>
    {
        Span<byte> number = stackalloc byte[MaxCursorBytes];
        writer.WriteStartObject();
        writer.WriteString("node"u8, nodeId);
        if (asks)
        {
            writer.WriteBoolean("asks"u8, true);
        }

        writer.WriteStartArray("moves"u8);
        foreach (var cursor in moves)
        {
            writer.WriteNumberValue(cursor.Ref);
            writer.WriteRawValue(number[..Write(number, cursor.Point.X)], skipInputValidation: true);
            writer.WriteRawValue(number[..Write(number, cursor.Point.Y)], skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("gone"u8);
        foreach (var @ref in gone)
        {
            writer.WriteNumberValue(@ref);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>Reads what another node told; null for what no node of ours can have written.</summary>
    public static CursorMessage? Read(ReadOnlyMemory<byte> message)
    {
        try
        {
            return JsonSerializer.Deserialize<CursorMessage>(message.Span, CursorMessage.SerializerOptions) is { Node.Length: > 0 } read && read.IsSound ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int Write(Span<byte> buffer, double value)
    {
        Utf8Formatter.TryFormat(value, buffer, out var length, FourDecimals);
        while (buffer[length - 1] == (byte)'0')
        {
            length--;
        }

        length -= buffer[length - 1] == (byte)'.' ? 1 : 0;
        if (length == 2 && buffer[0] == (byte)'-' && buffer[1] == (byte)'0')
        {
            buffer[0] = (byte)'0';
            return 1;
        }

        return length;
    }
}
