using System.Buffers;
using System.Text.Unicode;

namespace Djust.Presence;

/// <summary>
/// Knows the simplest kind of JSON, which most metas are: one object with nothing but text in its fields, without escapes and white space.
/// It is told several times faster than by reading it token by token. Never wrong about what it knows; what it does not know may be JSON all the same.
/// </summary>
internal static class PlainJson
{
    /// <summary>What ends a text, and what may not stand in one as it is.</summary>
    private static readonly SearchValues<byte> Ends = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(control => (byte)control), (byte)'"', (byte)'\\']);

    public static bool Knows(ReadOnlySpan<byte> utf8)
    {
        if (utf8 is not [(byte)'{', .. var rest])
        {
            return false;
        }

        while (Text(ref rest) && Mark(ref rest, (byte)':') && Text(ref rest))
        {
            if (rest is [(byte)'}'])
            {
                return Utf8.IsValid(utf8);
            }

            if (!Mark(ref rest, (byte)','))
            {
                return false;
            }
        }

        return false;
    }

    private static bool Text(ref ReadOnlySpan<byte> rest)
    {
        if (!Mark(ref rest, (byte)'"'))
        {
            return false;
        }

        var end = rest.IndexOfAny(Ends);
        rest = rest[(end < 0 ? 0 : end)..];
        return Mark(ref rest, (byte)'"');
    }

    private static bool Mark(ref ReadOnlySpan<byte> rest, byte mark)
    {
        if (rest.IsEmpty || rest[0] != mark)
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }
}
