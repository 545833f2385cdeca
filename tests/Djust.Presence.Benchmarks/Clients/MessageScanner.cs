namespace Djust.Presence.Benchmarks;

/// <summary>
/// Looks at the bytes of the JSON hub protocol without decoding them: where messages end, what they begin with, and how often a mark is in them.
/// </summary>
/// <param name="mark">What is counted.</param>
internal sealed class MessageScanner(byte[] mark)
{
    private const byte End = 0x1e;
    private const int HeadLength = 64;

    private readonly byte[] _head = new byte[HeadLength];
    private readonly byte[] _tail = new byte[mark.Length - 1];
    private int _headLength;
    private int _tailLength;
    private int _marks;

    /// <summary>Looks at the next piece.</summary>
    /// <param name="bytes">The piece.</param>
    /// <param name="ended">Called for each message that ends in it, with how it began and how many marks it had.</param>
    public void Read(ReadOnlySpan<byte> bytes, Action<string, int> ended)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf(End);
            var part = end < 0 ? bytes : bytes[..end];
            Count(part);
            if (end < 0)
            {
                return;
            }

            ended(System.Text.Encoding.ASCII.GetString(_head, 0, _headLength), _marks);
            (_headLength, _tailLength, _marks) = (0, 0, 0);
            bytes = bytes[(end + 1)..];
        }
    }

    private void Count(ReadOnlySpan<byte> part)
    {
        var head = part[..Math.Min(part.Length, HeadLength - _headLength)];
        head.CopyTo(_head.AsSpan(_headLength));
        _headLength += head.Length;

        // A mark may lie across two pieces: the end of the last one is looked at together with the start of this one.
        Span<byte> seam = stackalloc byte[2 * _tail.Length];
        var start = part[..Math.Min(part.Length, _tail.Length)];
        _tail.AsSpan(0, _tailLength).CopyTo(seam);
        start.CopyTo(seam[_tailLength..]);
        var seamLength = _tailLength + start.Length;
        _marks += seam[..seamLength].Count(mark);
        _marks += part.Count(mark) - start.Count(mark);

        if (part.Length >= _tail.Length)
        {
            part[^_tail.Length..].CopyTo(_tail);
            _tailLength = _tail.Length;
        }
        else
        {
            var kept = seam[Math.Max(0, seamLength - _tail.Length)..seamLength];
            kept.CopyTo(_tail);
            _tailLength = kept.Length;
        }
    }
}
