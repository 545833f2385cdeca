using System.Text;

namespace Djust.Presence.Redis.Tests;

/// <summary>Where Redis Cluster puts a key, as its specification says: CRC16 (XMODEM) of the tag, or of all where there is none, modulo 16,384.</summary>
internal static class HashSlot
{
    public static int Of(string key)
    {
        var open = key.IndexOf('{', StringComparison.Ordinal);
        var close = open < 0 ? -1 : key.IndexOf('}', open + 1);
        return Crc16(Encoding.UTF8.GetBytes(close > open + 1 ? key[(open + 1)..close] : key)) % 16_384;
    }

    private static int Crc16(byte[] bytes)
    {
        var crc = 0;
        foreach (var value in bytes)
        {
            crc ^= value << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
            }
        }

        return crc;
    }
}
