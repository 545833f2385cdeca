using System.Net.Http.Json;
using System.Text.Json;
using Djust.Presence.EndToEnd.Tests.Cluster.Protocol;
using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Xunit;
using Xunit.Abstractions;

namespace Djust.Presence.EndToEnd.Tests.Fuzzing;

/// <summary>Raw frames to a running sample. A run by FUZZ_MINUTES takes that long, with other frames for each FUZZ_SEED.</summary>
public sealed class HubFuzzTests(ITestOutputHelper output)
{
    private const int Messages = 100_000;
    private const int Clients = 10;

    /// <summary>The limits would hold back what is to be tried here.</summary>
    private static readonly Dictionary<string, string> Unlimited = new()
    {
        ["Presence__MessagesPerSecond"] = "1000000",
        ["Presence__UpdatesPerSecond"] = "1000000",
    };

    [Fact]
    public async Task Whatever_frames_arrive_the_server_goes_on_and_an_honest_client_sees_the_truth()
    {
        output.WriteLine($"FUZZ_SEED={FuzzSettings.Seed}");
        await using var sample = await SampleProcess.StartAsync("Whiteboard", 0, [], Unlimited);
        await using var honest = await HonestClient.ConnectAsync(Hub(sample, "fuzz"));
        using var stop = new CancellationTokenSource();
        var (counts, working) = (new FuzzCounts(), honest.RunAsync(stop.Token));

        // Some are beside the honest client; the crowd of all of them there would only make each list long.
        var started = TimeProvider.System.GetTimestamp();
        bool GoesOn() => FuzzSettings.Duration is { } duration ? TimeProvider.System.GetElapsedTime(started) < duration : counts.Messages < Messages;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(() =>
            new HostileClient(Hub(sample, i % 2 == 0 ? "fuzz" : $"other{i}"), FuzzSettings.Seed + i, counts).RunAsync(GoesOn))));
        output.WriteLine($"{counts}; {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");
        await stop.CancelAsync();
        await working;

        await Eventually.TrueAsync(() => honest.Users.Count == 1, "only the honest client is left", TimeSpan.FromMinutes(2));
        output.WriteLine($"The honest client got {honest.Diffs} diffs and {honest.Frames} frames.");
        honest.Problems.Should().BeEmpty();
        honest.Users.Keys.Should().Equal(honest.UserId);
        Same((await honest.SyncAsync("board:fuzz")).Presences, honest.Users.Values);
        using var http = new HttpClient { BaseAddress = sample.Url };
        var listed = await http.GetFromJsonAsync<JsonElement>("/api/presence/board:fuzz");
        listed.GetProperty("count").GetInt32().Should().Be(1);
        for (var i = 1; i < Clients; i += 2)
        {
            await Eventually.TrueAsync(
                async () => (await http.GetFromJsonAsync<JsonElement>($"/api/presence/board:other{i}")).GetProperty("count").GetInt32() == 0, "nobody is left at the other boards", TimeSpan.FromMinutes(2));
        }

        (await http.GetStringAsync(new Uri("/healthz", UriKind.Relative))).Should().Be("Healthy");
        ServerLog.Errors(sample.Output).Should().BeEmpty();
    }

    private static void Same(IEnumerable<PresenceItem> server, IEnumerable<PresenceItem> client) =>
        client.OrderBy(user => user.Id, StringComparer.Ordinal).Select(user => (user.ToString(), user.Meta.GetRawText()))
            .Should().Equal(server.OrderBy(user => user.Id, StringComparer.Ordinal).Select(user => (user.ToString(), user.Meta.GetRawText())));

    private static Uri Hub(SampleProcess sample, string board) =>
        new UriBuilder(new Uri(sample.Url, $"/hubs/board/{board}?name=Visitor")) { Scheme = "ws" }.Uri;
}
