using System.Buffers;

namespace Djust.Presence;

/// <summary>Bytes that lie in several places, as one sequence: what many messages have in common is not copied for each.</summary>
internal sealed class JoinedBytes : ReadOnlySequenceSegment<byte>
{
    private JoinedBytes(ReadOnlyMemory<byte> bytes, JoinedBytes? before)
    {
        Memory = bytes;
        if (before is not null)
        {
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }

    public static ReadOnlySequence<byte> Of(params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        JoinedBytes? first = null;
        JoinedBytes? last = null;
        foreach (var part in parts)
        {
            last = new JoinedBytes(part, last);
            first ??= last;
        }

        return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }
}
