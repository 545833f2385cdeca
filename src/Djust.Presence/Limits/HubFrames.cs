using System.Buffers;

namespace Djust.Presence;

/// <summary>
/// Finds the ends of messages in what a client has sent, without reading them: JSON ends each with a record separator, MessagePack begins each with
/// its length as a number of 7 bits a byte (SignalR's hub protocol, "JSON encoding" and "MessagePack encoding").
/// </summary>
internal static class HubFrames
{
    private const byte RecordSeparator = 0x1E;
    private const int MaxLengthBytes = 5;

    /// <summary>Looks for the end of the first few messages.</summary>
    /// <param name="protocol">The hub protocol's name. Of one that is not known, whatever came at once counts as one message.</param>
    /// <param name="buffer">What has come.</param>
    /// <param name="max">How many messages are looked for; at least 1.</param>
    /// <returns>How many were found, and where the last of them ends; where fewer were found, all that has come.</returns>
    public static (int Count, SequencePosition End) Find(string? protocol, in ReadOnlySequence<byte> buffer, int max)
    {
        if (protocol is not ("json" or "messagepack"))
        {
            return (1, buffer.End);
        }

        var reader = new SequenceReader<byte>(buffer);
        var count = 0;
        while (count < max && (protocol == "json" ? reader.TryAdvanceTo(RecordSeparator) : TrySkipLengthPrefixed(ref reader)))
        {
            count++;
        }

        return (count, count == max ? reader.Position : buffer.End);
    }

    private static bool TrySkipLengthPrefixed(ref SequenceReader<byte> reader)
    {
        long length = 0;
        for (var i = 0; i < MaxLengthBytes; i++)
        {
            if (!reader.TryRead(out var part))
            {
                return false;
            }

            length |= (long)(part & 0x7F) << (7 * i);
            if ((part & 0x80) == 0)
            {
                if (reader.Remaining < length)
                {
                    return false;
                }

                reader.Advance(length);
                return true;
            }
        }

        // No length: the protocol's own reader refuses it.
        return false;
    }
}
