using System.Security.Cryptography;
using System.Text;

namespace Djust.Presence;

/// <summary>
/// A presence key or a user id as the log has it: the first 12 hexadecimal digits of the SHA-256 of its UTF-8 text. Whoever knows a key finds what
/// the log says of it; the log alone names nobody.
/// </summary>
internal readonly struct LogId(string text)
{
    private const int Bytes = 6;

    private readonly string _text = text;

    public override string ToString() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_text)).AsSpan(0, Bytes));
}
