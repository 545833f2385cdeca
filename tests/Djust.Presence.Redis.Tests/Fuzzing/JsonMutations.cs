using System.Text;
using System.Text.Json.Nodes;

namespace Djust.Presence.Redis.Tests.Fuzzing;

/// <summary>JSON with one of its values replaced, removed, wrapped or doubled: what a change of bytes seldom makes.</summary>
internal sealed class JsonMutations(int seed)
{
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1.5", "1e308", "1e-999", "2147483648", "9223372036854775808", "253402300800000", "\"\"", "\"x\"", "\"NaN\"", "\"\\u0000\"", "\"__proto__\"", "[]", "{}",
        "[[[[[[[[[]]]]]]]]]", "{\"__proto__\":{}}", "[null]", "{\"a\":1}",
    ];

    private readonly Random _random = new(seed);

    public byte[] Mutated(byte[] json)
    {
        var root = JsonNode.Parse(json)!;
        var nodes = new List<JsonNode>();
        Collect(root, nodes);
        switch (nodes[_random.Next(nodes.Count)])
        {
            case JsonObject { Count: > 0 } fields:
                Change(fields);
                break;
            case JsonArray { Count: > 0 } items:
                Change(items);
                break;
            default:
                root = Value();
                break;
        }

        return root is null ? "null"u8.ToArray() : Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private void Change(JsonObject fields)
    {
        var name = fields.ElementAt(_random.Next(fields.Count)).Key;
        switch (_random.Next(3))
        {
            case 0:
                fields.Remove(name);
                break;
            case 1:
                fields[name + "x"] = Value();
                break;
            default:
                fields[name] = Value();
                break;
        }
    }

    private void Change(JsonArray items)
    {
        var at = _random.Next(items.Count);
        switch (_random.Next(3))
        {
            case 0:
                items.RemoveAt(at);
                break;
            case 1:
                items.Insert(at, Value());
                break;
            default:
                items[at] = Value();
                break;
        }
    }

    /// <summary>Kept as it is written: a number that no type holds is text until somebody reads it.</summary>
    private JsonNode? Value() => JsonNode.Parse(Values[_random.Next(Values.Length)]);

    private static void Collect(JsonNode? node, List<JsonNode> nodes)
    {
        if (node is JsonObject fields)
        {
            nodes.Add(fields);
            foreach (var field in fields)
            {
                Collect(field.Value, nodes);
            }
        }
        else if (node is JsonArray items)
        {
            nodes.Add(items);
            foreach (var item in items)
            {
                Collect(item, nodes);
            }
        }
    }
}
