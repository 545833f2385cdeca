using System.Net;
using System.Text.Json;
using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;
using Xunit.Abstractions;

namespace Djust.Presence.EndToEnd.Tests.Cluster;

public sealed class LastPositionsTests(ITestOutputHelper output)
{
    private const int Moves = 100;
    private const int UsersPerNode = 5;

    private static readonly TimeSpan Rate = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Every_node_ends_with_the_last_position_of_each_user_of_four_nodes()
    {
        // A node that is slow to answer must not be taken for one that has forgotten.
        var settings = new ClusterSettings { Sample = "Whiteboard", CursorTimeout = TimeSpan.FromMinutes(2) };
        await using var cluster = await PresenceCluster.StartAsync(output, nodes: 4, settings);
        var visitors = await Task.WhenAll(cluster.Nodes.SelectMany(node => Enumerable.Range(0, UsersPerNode).Select(_ => ConnectAsync(node.Url))));
        await Task.WhenAll(visitors.Select((visitor, i) => MoveAsync(visitor.Connection, i)));
        var truth = visitors.Select((visitor, i) => KeyValuePair.Create(visitor.UserId, Position(i, Moves))).ToDictionary();

        foreach (var node in cluster.Nodes)
        {
            await Eventually.TrueAsync(
                async () => (await node.CursorsAsync("board:last")).OrderBy(cursor => cursor.Key).SequenceEqual(truth.OrderBy(cursor => cursor.Key)),
                "a node has every last position");
        }

        // And they stay: no later write of one node takes away what another has written.
        var gone = visitors[0];
        await gone.Connection.DisposeAsync();
        truth.Remove(gone.UserId).Should().BeTrue();
        foreach (var node in cluster.Nodes)
        {
            await Eventually.TrueAsync(async () => !(await node.CursorsAsync("board:last")).ContainsKey(gone.UserId), "the cursor of who has left is gone");
            (await node.CursorsAsync("board:last")).Should().BeEquivalentTo(truth);
        }

        foreach (var visitor in visitors)
        {
            await visitor.Connection.DisposeAsync();
        }
    }

    private static (double X, double Y) Position(int visitor, int move) => (visitor / 100.0, move / 1_000.0);

    private static async Task MoveAsync(HubConnection connection, int visitor)
    {
        using var timer = new PeriodicTimer(Rate);
        for (var move = 1; move <= Moves; move++)
        {
            await timer.WaitForNextTickAsync();
            var (x, y) = Position(visitor, move);
            await connection.SendAsync("CursorMove", x, y);
        }
    }

    private static async Task<(HubConnection Connection, string UserId)> ConnectAsync(Uri node)
    {
        var connection = new HubConnectionBuilder().WithUrl(
            new Uri(node, "/hubs/board/last"),
            HttpTransportType.WebSockets,
            options => (options.SkipNegotiation, options.Cookies) = (true, new CookieContainer())).Build();
        var state = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.On<JsonElement>("PresenceState", message => state.TrySetResult(message));
        await connection.StartAsync();
        var self = (await state.Task.WaitAsync(TimeSpan.FromSeconds(30))).GetProperty("self");
        return (connection, self.GetProperty("id").GetString()!);
    }
}
