using System.Text;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>Bytes that nobody of this library wrote, from a seed: noise, and bodies that something has damaged.</summary>
internal sealed class Garbage(int seed)
{
    /// <summary>What a line may be that some field does not expect; also numbers at and beyond the ends of their types.</summary>
    private static readonly string[] Lines =
    [
        "", "c", "o", "m", "j", "u", "l", "-", "0", "1", "2", "-1", "+1", "01", " 1", "1 ", "1e3", "0x1", "1.5", "2147483647", "2147483648", "4294967297", "9223372036854775807",
        "9223372036854775808", "253402300799999", "253402300800000", "99999999999999999999999999", "NaN", "e", "n.1", "1 2", "1  2", "1 -2", "{}", "{ }", "{\"a\":1}", "{\"a\":1,\"a\":2}",
        "{\"a\":", "{}{}", "[]", "null", "\"x\"", "\"\"", "\"\\ud800\"", "{\"a\":\"\\ud800\"}", "//", "{/**/}", "requested", "node_lost", "__proto__", "\0", "😀", "\r",
    ];

    private readonly Random _random = new(seed);

    public byte[] Noise()
    {
        var bytes = new byte[_random.Next(0, 80)];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Lines that are each plausible, and make no sense together.</summary>
    public byte[] Salad() =>
        Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, _random.Next(1, 22)).Select(_ => Lines[_random.Next(Lines.Length)])));

    /// <summary>A good body with one line replaced by another.</summary>
    public byte[] Patched(byte[] body)
    {
        var lines = Encoding.UTF8.GetString(body).Split('\n');
        lines[_random.Next(lines.Length)] = Lines[_random.Next(Lines.Length)];
        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    /// <summary>A good body that is cut off, has a bit flipped, a byte changed or a piece doubled.</summary>
    public byte[] Damaged(byte[] body)
    {
        var at = _random.Next(body.Length);
        var copy = body.ToArray();
        switch (_random.Next(5))
        {
            case 0:
                return body[..at];
            case 1:
                return body[at..];
            case 2:
                copy[at] ^= (byte)(1 << _random.Next(8));
                return copy;
            case 3:
                copy[at] = (byte)_random.Next(256);
                return copy;
            default:
                return [.. body[..at], .. body[_random.Next(at + 1)..]];
        }
    }
}
