using System.Globalization;
using System.Text;

namespace Djust.Presence.EndToEnd.Tests.Fuzzing;

/// <summary>
/// Messages of the JSON hub protocol that no client of ours would send, from a seed. What <see cref="Rude"/> makes, a server can refuse without
/// closing the connection; after what <see cref="Broken"/> makes it may close it.
/// </summary>
internal sealed class HostileFrames(int seed)
{
    /// <summary>What ends a message.</summary>
    public const char End = '\u001e';

    private static readonly string[] Methods =
    [
        "PresenceSync", "PresenceHeartbeat", "CursorMove", "CursorMoveIn", "CursorMove", "CursorMoveIn", "ShowCursors", "Draw", "PutNote", "Remove",
    ];

    /// <summary>What is not callable, or not there.</summary>
    private static readonly string[] NoMethods =
    [
        "TrackPresenceAsync", "UntrackPresenceAsync", "UpdatePresenceAsync", "WatchPresenceAsync", "BroadcastToPresenceAsync", "LeavePresenceAsync", "OnConnectedAsync",
        "OnDisconnectedAsync", "OnPresenceLeaveAsync", "GetPresenceUserId", "Dispose", "ToString", "GetHashCode", "get_Clients", "set_Context", "PresenceState", "PresenceDiff",
        "CursorFrame", "__proto__", "constructor", "", " ", "\\u0000", "cursormove\\u0301", "\\ud83d\\ude00",
    ];

    private static readonly string[] Scalars =
    [
        "0", "1", "-1", "0.5", "0.25", "1e9", "-1e9", "1e308", "1e999", "-1e999", "1e-999", "1000000000.0001", "-0.0", "2147483648", "9223372036854775808", "\"NaN\"", "\"Infinity\"", "\"0.5\"",
        "null", "true", "false", "\"\"", "\"board:fuzz\"", "\"board:other\"", "\"__proto__\"", "\"*\"", "\"{}\"", "\"a\\u0000b\"", "\"\\ud83d\\ude00\"", "\"e\\u0301\"", "\"\\u202e\"", "\"<img src=x onerror=alert(1)>\"",
        "{}", "[]", "[[[]]]", "{\"__proto__\":{\"x\":1}}", "{\"constructor\":{\"prototype\":1}}", "{\"x\":0,\"y\":0}", "{\"$type\":\"System.Object\"}", "{\"a\":1,\"a\":2}",
    ];

    /// <summary>What is no message, or none that a client may send, or one that ends the connection.</summary>
    private static readonly string[] NoMessages =
    [
        "", "{", "}", "[]", "null", "7", "\"x\"", "{}", "{\"type\":null}", "{\"type\":\"1\"}", "{\"type\":1}", "{\"type\":1.5}", "{\"type\":99999999999}", "{\"type\":-1}", "{\"type\":1,\"target\":7,\"arguments\":[]}",
        "{\"type\":1,\"target\":\"CursorMove\"}", "{\"type\":1,\"target\":\"CursorMove\",\"arguments\":{}}", "{\"type\":1,\"target\":\"CursorMove\",\"arguments\":null}", "{\"type\":1,\"arguments\":[0,0]}",
        "{\"type\":1,\"target\":\"CursorMove\",\"arguments\":[0,0],\"streamIds\":[\"1\"]}", "{\"type\":1,\"target\":\"CursorMove\",\"arguments\":[0,0],\"headers\":{\"a\":1}}",
        "{\"type\":1,\"invocationId\":7,\"target\":\"PresenceHeartbeat\",\"arguments\":[]}", "{\"type\":1,\"invocationId\":\"\\ud800\",\"target\":\"PresenceHeartbeat\",\"arguments\":[]}",
        "{\"type\":1,\"target\":\"\\ud800\",\"arguments\":[]}", "{\"type\":1,\"target\":\"PresenceSync\",\"arguments\":[\"\\udc00\"]}", "{\"type\":1,\"target\":\"CursorMove\",\"arguments\":[NaN,Infinity]}",
        "{\"type\":2}", "{\"type\":2,\"invocationId\":\"1\",\"item\":1}", "{\"type\":3,\"invocationId\":\"1\",\"result\":1,\"error\":\"x\"}", "{\"type\":3,\"invocationId\":\"1\",\"result\":{}}", "{\"type\":3}",
        "{\"type\":4,\"invocationId\":\"1\",\"target\":\"PresenceSync\",\"arguments\":[\"board:fuzz\"]}", "{\"type\":4,\"target\":\"PresenceSync\",\"arguments\":[]}", "{\"type\":5}", "{\"type\":5,\"invocationId\":\"1\"}",
        "{\"type\":7}", "{\"type\":7,\"error\":\"x\",\"allowReconnect\":true}", "{\"type\":8}", "{\"type\":8,\"sequenceId\":-1}", "{\"type\":8,\"sequenceId\":9223372036854775807}", "{\"type\":9}", "{\"type\":9,\"sequenceId\":0}",
        "{\"type\":9,\"sequenceId\":9223372036854775807}", "{\"protocol\":\"json\",\"version\":1}", "{\"__proto__\":{\"type\":1}}",
    ];

    private readonly Random _random = new(seed);

    public int Next(int count) => _random.Next(count);

    public bool Chance(double share) => _random.NextDouble() < share;

    /// <summary>A good message, a wrong one, or one that means nothing; each of them whole.</summary>
    public string Rude() => _random.Next(100) switch
    {
        < 40 => Call("CursorMove", Coordinate(), Coordinate()),
        < 50 => Call("CursorMoveIn", "\"board:fuzz\"", Coordinate(), Coordinate()),
        < 55 => Call("PresenceHeartbeat"),
        < 58 => Call("PresenceSync", "\"board:fuzz\""),
        < 66 => "{\"type\":6}",
        < 82 => Call(Pick(NoMethods), Arguments()),
        < 97 => Call(Pick(Methods), Arguments()),
        < 98 => Call(Pick(Methods), "\"" + new string('x', _random.Next(30_000)) + "\""),
        < 99 => Call(Pick(Methods), Deep(_random.Next(1, 60))),
        _ => Call("PutNote", $$"""{"id":"n{{_random.Next(20)}}","x":{{Coordinate()}},"y":0.5,"text":{{Value()}}}"""),
    };

    /// <summary>Something after which a server may close the connection, and may not do more.</summary>
    public string Broken() => _random.Next(30) switch
    {
        < 12 => Pick(NoMessages),
        < 26 => Mutated(Rude()),
        < 28 => Call(Pick(Methods), Deep(_random.Next(60, 5_000))),
        28 => "{\"type\":" + (_random.Next(2) == 0 ? _random.Next(10, 300) : -_random.Next(1, 300)).ToString(CultureInfo.InvariantCulture) + ",\"x\":" + Value() + "}",
        _ => Call(Pick(Methods), "\"" + new string('y', _random.Next(30_000, 80_000)) + "\""),
    };

    /// <summary>Bytes for the first message of a connection, which is to be a handshake.</summary>
    public string Handshake() => _random.Next(4) == 0 ? Mutated("{\"protocol\":\"json\",\"version\":1}") : Pick(
    [
        "{}", "[]", "{\"protocol\":\"json\"}", "{\"protocol\":\"xml\",\"version\":1}", "{\"protocol\":\"json\",\"version\":99}", "{\"protocol\":\"messagepack\",\"version\":1}", "{\"protocol\":\"json\",\"version\":\"1\"}",
        "{\"protocol\":null,\"version\":1}", "{\"type\":6}", "{\"type\":1,\"target\":\"PresenceHeartbeat\",\"arguments\":[]}", "{\"protocol\":\"\\ud800\",\"version\":1}", "{", new string('z', 20_000),
    ]);

    /// <summary>One message with its bytes changed, cut, doubled or put together otherwise.</summary>
    private string Mutated(string message)
    {
        var text = new StringBuilder(message);
        for (var changes = _random.Next(1, 4); changes > 0 && text.Length > 1; changes--)
        {
            var at = _random.Next(text.Length);
            switch (_random.Next(6))
            {
                case 0:
                    text.Remove(at, _random.Next(1, Math.Min(8, text.Length - at) + 1));
                    break;
                case 1:
                    text.Insert(at, Pick(Scalars));
                    break;
                case 2:
                    text[at] = (char)_random.Next(1, 0xd800);
                    break;
                case 3:
                    text.Insert(at, text.ToString(at, _random.Next(1, Math.Min(20, text.Length - at) + 1)));
                    break;
                case 4:
                    text.Length = at;
                    break;
                default:
                    text.Insert(at, Pick([",", ":", "\"", "{", "}", "[", "]", "\\", "\\u", "\0", "\u001e", "//", "\ufeff"]));
                    break;
            }
        }

        return text.ToString();
    }

    private string Call(string method, params string[] arguments)
    {
        var id = _random.Next(4) switch
        {
            0 => $"\"invocationId\":\"{Pick(["1", "2", "", "x", "__proto__", "0", "\\u0000", "\\ud83d\\ude00"])}\",",
            _ => string.Empty,
        };
        var extra = _random.Next(20) == 0 ? $",\"{Pick(["x", "__proto__", "headers2", "nonce"])}\":{Value()}" : string.Empty;
        var joined = string.Join(',', arguments.Where(argument => argument.Length > 0));

        // Readers of the protocol must take the fields in any order.
        return _random.Next(5) == 0
            ? $"{{\"arguments\":[{joined}],{id}\"target\":\"{method}\",\"type\":1{extra}}}"
            : $"{{\"type\":1,{id}\"target\":\"{method}\",\"arguments\":[{joined}]{extra}}}";
    }

    private string Arguments() => string.Join(',', Enumerable.Range(0, _random.Next(5)).Select(_ => Value()));

    private string Value() => _random.Next(12) switch
    {
        0 => $"[{Value()},{Value()}]",
        1 => $"{{\"{Pick(["id", "x", "points", "__proto__", "text", "toString"])}\":{Value()}}}",
        2 => Coordinate(),
        _ => Pick(Scalars),
    };

    private string Coordinate() => (_random.NextDouble() - (_random.Next(4) == 0 ? 1 : 0)).ToString(_random.Next(2) == 0 ? "0.####" : "R", CultureInfo.InvariantCulture);

    private static string Deep(int depth) => string.Concat(Enumerable.Repeat("[", depth)) + new string(']', depth);

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
