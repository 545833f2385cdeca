using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using CsCheck;
using Djust.Presence.Backends.Memory;
using Djust.Presence.Tests.Model;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Djust.Presence.Tests.Delivery;

/// <summary>
/// Whatever happens to a group, to its feed and to the connections of a room, each client ends with the list that its audience may see, by diffs that
/// fit one another and say nothing that the client knows.
/// </summary>
public sealed class RoomAudiencesTests
{
    private static readonly string?[] Audiences = ["all", "ones", "none", null];

    private static readonly Gen<((int User, int Action, int Pause)[] Steps, int[] Events, int Max)> Histories =
        Gen.Select(RandomGroup.Steps, Gen.Int[0, 23].Array[40], Gen.Int[1, 7]).Select((steps, events, max) => (steps, events, max));

    [Fact]
    public void Each_client_has_the_list_that_its_audience_sees() => Histories.Sample(history =>
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var time = new FakeTimeProvider();
        using var intake = new NodeIntake(time, 1_000, processors: 2);
        using var scheduler = new RoomScheduler(time, intake, NullLogger<RoomScheduler>.Instance);
        var relay = new CursorRelay("k", new MemoryPresenceBackend(time), new PresenceNode(), NullLogger.Instance);
        var options = new PresenceOptions { MaxPresencesSent = history.Max, MaxAudiencesPerGroup = 3 };
        var room = new Room("k", scheduler, options, new PresenceMetrics(services.GetRequiredService<IMeterFactory>()), relay);
        var projector = new PresenceProjector([new Ones()], time, NullLogger<PresenceProjector>.Instance);
        var group = new RandomGroup();
        room.OnSnapshot(PresenceSnapshot.Create("k", "e", 0, []));

        // The clock stands still: after this flush no other is due but the test's own.
        room.Flush();
        Client[] clients = [.. Enumerable.Range(0, 5).Select(i => new Client(room, projector, Audiences[i % Audiences.Length]))];
        for (var i = 0; i < history.Steps.Length; i++)
        {
            group.Run([history.Steps[i]]).ForEach(room.OnChange);
            Happen(history.Events[i], clients, room, group);
        }

        Array.ForEach(clients, client => client.Unblock());
        room.Flush();
        foreach (var client in clients)
        {
            client.Faults.Should().BeEmpty();
            client.Count.Should().Be(group.Listed.Length);
            client.List.Should().BeEquivalentTo(group.Listed.Take(history.Max).Select(presence => Shown(client.Audience, presence)));
            Presences(room.State(client.Member)).Should().Equal(group.Listed.Take(history.Max).Select(presence => Shown(client.Audience, presence)));
        }
    });

    /// <summary>One of: nothing, a flush, a feed that was interrupted, a client that stops or goes on reading, one that is of another audience now.</summary>
    private static void Happen(int what, Client[] clients, Room room, RandomGroup group)
    {
        var client = clients[what % clients.Length];
        switch (what / 4)
        {
            case 0:
                room.OnSnapshot(group.Snapshot);
                break;
            case 1:
                client.Block();
                break;
            case 2:
                client.Unblock();
                break;
            case 3:
                client.Audience = Audiences[what % Audiences.Length];
                break;
            case 4:
                room.Flush();
                break;
        }
    }

    /// <summary>The naive model: what an audience sees of one presence, as JSON.</summary>
    private static string Shown(string? audience, Presence presence)
    {
        var hidden = audience is null or "none" || (audience == "ones" && presence["m"] != "1");
        var shown = hidden ? new Presence(presence.Key, presence.Id, presence.JoinedAt, PresenceMeta.Empty, presence.Connections) : presence;
        return Encoding.UTF8.GetString(PresenceWire.Json(shown));
    }

    private static JsonElement Argument(RoomMessage message) => JsonSerializer.SerializeToElement(message.ArgumentFor(new JsonHubProtocol()));

    private static IEnumerable<string> Presences(RoomMessage state) => Argument(state).GetProperty("presences").EnumerateArray().Select(presence => presence.GetRawText());

    /// <summary>Shows a field to the audience "ones" where it is 1: most updates are none for them.</summary>
    private sealed class Ones : IPresenceProjection
    {
        public string? AudienceOf(PresenceViewer viewer) => throw new NotSupportedException();

        public PresenceMeta Project(string audience, string key, string userId, PresenceMeta meta) => audience switch
        {
            "all" => meta,
            "ones" when meta["m"] == "1" => meta,
            _ => meta.Without("m"),
        };
    }

    /// <summary>A strict client, and its connection.</summary>
    private sealed class Client : IConnectionWriter
    {
        private readonly Dictionary<string, string> _users = [];
        private readonly Room _room;
        private readonly PresenceProjector _projector;
        private TaskCompletionSource? _blocked;
        private string? _audience;
        private long _version = -1;

        public Client(Room room, PresenceProjector projector, string? audience)
        {
            (_room, _projector) = (room, projector);
            Member = room.Add(this, null);
            Audience = audience;
            Member.Watch();
        }

        public RoomMember Member { get; }

        public List<string> Faults { get; } = [];

        public int Count { get; private set; }

        public IEnumerable<string> List => _users.Values;

        public string? Audience
        {
            get => _audience;
            set
            {
                _audience = value;
                _room.Admit(Member, new PresenceAudience(value, _projector));
            }
        }

        public void Block() => _blocked ??= new TaskCompletionSource();

        public void Unblock()
        {
            _blocked?.SetResult();
            _blocked = null;
        }

        public object? Argument(RoomMessage message) => message.Argument;

        public ValueTask WriteAsync(RoomMessage message)
        {
            var told = RoomAudiencesTests.Argument(message);
            if (message.Target == PresenceWire.StateTarget)
            {
                _users.Clear();
            }
            else
            {
                Expect(told.GetProperty("from").GetInt64() == _version, "a diff starts where the last message ended");
                Expect(told.GetProperty("leaves").EnumerateArray().All(user => _users.Remove(Id(user))), "who leaves was there");
                Expect(told.GetProperty("joins").EnumerateArray().All(user => !_users.ContainsKey(Id(user))), "who joins was not there");
                Expect(told.GetProperty("updates").EnumerateArray().All(user => _users[Id(user)] != user.GetRawText()), "an update says something new");
            }

            foreach (var user in told.EnumerateObject().Where(list => list.Name is "presences" or "joins" or "updates").SelectMany(list => list.Value.EnumerateArray()))
            {
                _users[Id(user)] = user.GetRawText();
            }

            (_version, Count) = (told.GetProperty("version").GetInt64(), told.GetProperty("count").GetInt32());
            return _blocked is null ? ValueTask.CompletedTask : new ValueTask(_blocked.Task);
        }

        /// <summary>Noted and not thrown: a room survives a writer that throws.</summary>
        private void Expect(bool condition, string rule)
        {
            if (!condition)
            {
                Faults.Add(rule);
            }
        }

        private static string Id(JsonElement user) => user.GetProperty("id").GetString()!;
    }
}
