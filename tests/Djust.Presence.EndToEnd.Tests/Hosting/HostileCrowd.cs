using System.Text.Json.Nodes;
using Microsoft.AspNetCore.SignalR.Client;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>One user for each of <see cref="HostilePayloads.All"/>, who has it in every field, and one whose meta tries to change what all objects inherit.</summary>
internal sealed class HostileCrowd : IAsyncDisposable
{
    private const int MaxUserIdLength = 200;
    private const int Columns = 6;

    private readonly List<HubConnection> _users = [];
    private int _moves;

    public int Count => _users.Count;

    /// <summary>Comes back when all are in the group.</summary>
    public static async Task<HostileCrowd> EnterAsync(Uri site, string room)
    {
        var crowd = new HostileCrowd();
        try
        {
            await Task.WhenAll([
                .. HostilePayloads.All.Select((payload, i) => crowd.EnterAsync(site, room, IdOf(payload, i), Everywhere(payload))),
                crowd.EnterAsync(site, room, "polluter", new JsonObject { ["__proto__"] = Everywhere("polluted"), ["constructor"] = new JsonObject { ["prototype"] = Everywhere("polluted") } }),
            ]);
            return crowd;
        }
        catch
        {
            await crowd.DisposeAsync();
            throw;
        }
    }

    /// <summary>All point at the board, each at a place of their own.</summary>
    public Task MoveAsync()
    {
        // A little farther each time, and the last one in the corner, where their name has no room.
        var step = ++_moves % 10 / 1_000d;
        return Task.WhenAll(_users.Select((user, i) => i == _users.Count - 1
            ? user.SendAsync("CursorMove", 1 - step, 1 - step)
            : user.SendAsync("CursorMove", (i % Columns / (double)Columns) + step, (i / Columns / (double)Columns) + step)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var user in _users)
        {
            await user.DisposeAsync();
        }
    }

    private static JsonObject Everywhere(string payload) => new(
        new[] { "name", "color", "avatar", "url", "bio", "__proto__", "constructor" }.Select(field => KeyValuePair.Create(field, (JsonNode?)payload)));

    /// <summary>The payload itself where it can be a user's id.</summary>
    private static string IdOf(string payload, int i) => payload.Length <= MaxUserIdLength && !payload.Any(char.IsControl) ? payload : $"user {i}";

    private async Task EnterAsync(Uri site, string room, string id, JsonObject meta)
    {
        var user = new HubConnectionBuilder().WithUrl(new Uri(site, $"/hubs/hostile/{room}?user={Uri.EscapeDataString(id)}")).Build();
        lock (_users)
        {
            _users.Add(user);
        }

        await user.StartAsync();
        await user.InvokeAsync("Track", meta);
    }
}
