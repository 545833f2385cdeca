using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Djust.Presence.Tests.Hosting;

/// <summary>The .NET SignalR client, with everything that came over the wire in the order in which it came.</summary>
internal sealed class PresenceClient : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Target, JsonElement Message)> _received = new();

    private int _eventCount;

    private PresenceClient(HubConnection connection) => Connection = connection;

    public HubConnection Connection { get; }

    public IReadOnlyList<(string Target, JsonElement Message)> Received => [.. _received];

    public IEnumerable<JsonElement> States => Received.Where(message => message.Target == "PresenceState").Select(message => message.Message);

    public IEnumerable<JsonElement> Diffs => Received.Where(message => message.Target == "PresenceDiff").Select(message => message.Message);

    public IEnumerable<JsonElement> Events => Received.Where(message => message.Target == "PresenceEvent").Select(message => message.Message);

    public IEnumerable<JsonElement> Frames => Received.Where(message => message.Target == "CursorFrame").Select(message => message.Message);

    /// <summary>Where the cursors of others are, as far as this client was told.</summary>
    public Dictionary<int, (double X, double Y)> Cursors
    {
        get
        {
            var cursors = new Dictionary<int, (double, double)>();
            foreach (var frame in Frames)
            {
                CursorFrames.Apply(frame, cursors);
            }

            return cursors;
        }
    }

    /// <summary>How many events have come, without looking at each message.</summary>
    public int EventCount => _eventCount;

    /// <summary>Whether events are forgotten when they have been counted: for tests that look at memory.</summary>
    public bool CountsEventsOnly { get; set; }

    public IEnumerable<string> Joins => Diffs.SelectMany(diff => diff.GetProperty("joins").EnumerateArray()).Select(Id);

    public IEnumerable<string> Leaves => Diffs.SelectMany(diff => diff.GetProperty("leaves").EnumerateArray()).Select(Id);

    public IEnumerable<JsonElement> Updates => Diffs.SelectMany(diff => diff.GetProperty("updates").EnumerateArray());

    public int SelfRef => States.Last().GetProperty("self").GetProperty("ref").GetInt32();

    public string SelfId => States.First().GetProperty("self").GetProperty("id").GetString()!;

    /// <summary>How many connections a user has, as far as this client was told in diffs.</summary>
    public int ConnectionsOf(string id) => Diffs
        .SelectMany(diff => diff.GetProperty("joins").EnumerateArray().Concat(diff.GetProperty("updates").EnumerateArray()))
        .LastOrDefault(user => Id(user) == id) is { ValueKind: JsonValueKind.Object } user ? user.GetProperty("connections").GetArrayLength() : 0;

    public static async Task<PresenceClient> ConnectAsync(
        PresenceServer server,
        string path,
        CookieContainer? visitor = null,
        bool messagePack = false,
        HttpTransportType transports = HttpTransportType.WebSockets,
        string? user = null,
        Action<Exception?>? closed = null)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(server.Url, path), transports, options =>
        {
            options.Cookies = visitor ?? new CookieContainer();
            if (user is not null)
            {
                options.Headers[TestAuthentication.Header] = user;
            }
        });
        if (messagePack)
        {
            builder.AddMessagePackProtocol();
        }

        var client = new PresenceClient(builder.Build());
        client.Connection.Closed += error =>
        {
            closed?.Invoke(error);
            return Task.CompletedTask;
        };
        foreach (var target in new[] { "PresenceState", "PresenceDiff", "PresenceEvent", "CursorFrame" })
        {
            client.Connection.On(target, [typeof(object)], arguments =>
            {
                client._eventCount += target == "PresenceEvent" ? 1 : 0;
                if (target != "PresenceEvent" || !client.CountsEventsOnly)
                {
                    client._received.Enqueue((target, ToJson(arguments[0])));
                }

                return Task.CompletedTask;
            });
        }

        await client.Connection.StartAsync();
        return client;
    }

    /// <summary>The list that a strict client ends with: each diff must follow what came before, and say nothing that contradicts it.</summary>
    public Dictionary<string, JsonElement> Replay()
    {
        var users = new Dictionary<string, JsonElement>();
        long version = -1;
        foreach (var (target, message) in Received.Where(message => message.Target is "PresenceState" or "PresenceDiff"))
        {
            if (target == "PresenceState")
            {
                users = message.GetProperty("presences").EnumerateArray().ToDictionary(Id);
            }
            else
            {
                Expect(message.GetProperty("from").GetInt64() == version, "a diff starts at the version before it");
                Expect(message.GetProperty("leaves").EnumerateArray().All(user => users.Remove(Id(user))), "who leaves was there");
                Expect(message.GetProperty("joins").EnumerateArray().All(user => users.TryAdd(Id(user), user)), "who joins was not there");
                foreach (var user in message.GetProperty("updates").EnumerateArray())
                {
                    Expect(users.ContainsKey(Id(user)), "who is updated is there");
                    users[Id(user)] = user;
                }
            }

            version = message.GetProperty("version").GetInt64();
            Expect(message.GetProperty("count").GetInt32() == users.Count, "the count is the length of the list");
        }

        return users;
    }

    public Task StateAsync() => Eventually.TrueAsync(() => States.Any(), "a PresenceState arrives");

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    /// <summary>MessagePack hands out dictionaries, JSON elements: both become JSON.</summary>
    private static JsonElement ToJson(object? argument) => argument is JsonElement element ? element.Clone() : JsonSerializer.SerializeToElement(argument);

    private static void Expect(bool condition, string rule)
    {
        if (!condition)
        {
            throw new InvalidOperationException("The server broke a rule of the protocol: " + rule + ".");
        }
    }

    private static string Id(JsonElement presence) => presence.GetProperty("id").GetString()!;
}
