using System.Diagnostics;
using Djust.Presence.Redis.Tests.Hosting;
using FluentAssertions;
using FluentAssertions.Execution;

namespace Djust.Presence.Redis.Tests.Faults;

/// <summary>Nodes that share one Redis and one group, each over a network that can fail.</summary>
internal sealed class FaultCluster : IAsyncDisposable
{
    /// <summary>For what has no deadline of its own: for failures only.</summary>
    public static readonly TimeSpan Whenever = TimeSpan.FromSeconds(30);

    /// <summary>What the project promises: so soon after the end of a fault all is well.</summary>
    public static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    private readonly RedisStore _store;

    private FaultCluster(RedisServer server, RedisStore store, IReadOnlyList<FaultNode> nodes, CallbackLog callbacks)
    {
        (Server, _store, Nodes, Callbacks) = (server, store, nodes, callbacks);
        Truth = new Truth(nodes);
    }

    public RedisServer Server { get; }

    public IReadOnlyList<FaultNode> Nodes { get; }

    public CallbackLog Callbacks { get; }

    public Truth Truth { get; }

    private IEnumerable<FaultNode> Living => Nodes.Where(node => !node.IsDead);

    /// <param name="nodes">How many.</param>
    /// <param name="nodeTimeout">How long a lease lasts.</param>
    /// <param name="requestTimeout">How long a request may take; by default as long as by default.</param>
    public static async Task<FaultCluster> StartAsync(int nodes, TimeSpan nodeTimeout, TimeSpan? requestTimeout = null)
    {
        var server = await RedisServer.StartAsync();
        var store = new RedisStore(server.Endpoint, options => options.RequestTimeout = requestTimeout ?? new RedisPresenceOptions().RequestTimeout);
        var callbacks = new CallbackLog();
        var started = new List<FaultNode>();
        for (var i = 0; i < nodes; i++)
        {
            started.Add(await FaultNode.StartAsync(((char)('a' + i)).ToString(), "document:42", nodeTimeout, store, server.Port, callbacks));
        }

        return new FaultCluster(server, store, started, callbacks);
    }

    /// <summary>One command to Redis itself.</summary>
    public Task CommandAsync(params string[] command) => RespClient.CommandAsync(Server.Port, command);

    /// <summary>
    /// A thousand changes, the middle ones while something is wrong; then everybody knows the truth as soon as is promised, and nobody has been
    /// told anything in the wrong order.
    /// </summary>
    /// <param name="fault">Something goes wrong, for a while, and is over.</param>
    /// <param name="during">How many of the changes come meanwhile.</param>
    /// <param name="over">Over which time these are spread.</param>
    public async Task EndureAsync(Func<Task> fault, int during = 300, TimeSpan over = default)
    {
        const int Before = 400;
        const int InAll = 1_000;
        await Truth.SettleInAsync(usersOfNode: 10);
        await Truth.ChangeAsync(Before);
        var changing = Truth.ChangeAsync(during, over);
        await fault();
        var ended = Stopwatch.GetTimestamp();
        await changing;
        await Truth.ChangeAsync(InAll - Before - during);
        await Truth.EndHoldsAsync();
        await ConvergeAsync(ended, Promised);
        ShouldBeValid();
    }

    /// <summary>All lists and all feeds come to the truth, and all callbacks with them.</summary>
    public Task ConvergeAsync() => ConvergeAsync(Stopwatch.GetTimestamp(), Whenever);

    public async Task ConvergeAsync(long since, TimeSpan within)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await DifferencesAsync() is { Length: > 0 } differences)
        {
            if (Stopwatch.GetElapsedTime(since) > within)
            {
                throw new AssertionFailedException($"{within} after the fault was over:{Environment.NewLine}{string.Join(Environment.NewLine, differences)}");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>What is as it should be stays so, whatever renewals and sweeps follow.</summary>
    public async Task ShouldStayAsync()
    {
        foreach (var node in Living)
        {
            await node.SweepAsync(full: true);
        }

        (await DifferencesAsync()).Should().BeEmpty();
    }

    /// <summary>No request has failed, and each feed is one that a client can follow; the callbacks were found valid with the lists.</summary>
    public void ShouldBeValid()
    {
        Nodes.SelectMany(node => node.Failures).Should().BeEmpty("no fault of the store is one of the caller's");
        foreach (var node in Living)
        {
            node.View.Breaks.Should().BeEmpty($"the feed of {node.Id} has no hole");
            node.View.Events.Where(seen => seen.Kind == PresenceChangeKind.Leave && Truth.Staying.Contains(seen.User))
                .Should().BeEmpty($"nobody at {node.Id} may see somebody leave who stayed");
        }

        Truth.Staying.Where(user => Callbacks.Count(PresenceChangeKind.Join, user) != 1).Should().BeEmpty("who stays joins once");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        await _store.DisposeAsync();
        await Server.DisposeAsync();
    }

    private async Task<string[]> DifferencesAsync()
    {
        var differences = new List<string>();
        var truth = Truth.Listed.ToArray();
        foreach (var node in Living)
        {
            if (node.Backend.Health.Trouble is { } trouble)
            {
                differences.Add($"{node.Id} says: {trouble}");
            }

            var listed = await node.ReadAsync();
            Compare($"the list of {node.Id}", listed);
            Compare($"the feed of {node.Id}", node.View.State ?? PresenceSnapshot.Empty("none"));
            if (node.View.State is { Count: > 0 } state && (state.Epoch, state.Version) != (listed.Epoch, listed.Version))
            {
                differences.Add($"the feed of {node.Id} is at {state.Epoch}/{state.Version}, its list at {listed.Epoch}/{listed.Version}");
            }
        }

        if (differences.Count == 0)
        {
            // The numbering too: a node that still shows a list of its own making has not come back yet.
            var lists = await Task.WhenAll(Living.Select(node => node.ReadAsync()).Select(async list => await list is { Count: > 0 } read
                ? $"{read.Epoch}/{read.Version}{Environment.NewLine}{string.Join(Environment.NewLine, read.Presences.Select(Describe))}"
                : string.Empty));
            if (lists.Distinct().Count() > 1)
            {
                differences.Add($"the nodes differ:{Environment.NewLine}{string.Join(Environment.NewLine + "---" + Environment.NewLine, lists)}");
            }
        }

        differences.AddRange(Callbacks.Breaks(Truth.Present));
        return [.. differences];

        void Compare(string what, PresenceSnapshot snapshot)
        {
            var listed = Truth.ListedIn(snapshot).ToArray();
            differences.AddRange(listed.Except(truth).Select(line => $"{what} ({snapshot.Epoch}/{snapshot.Version}) has {line}"));
            differences.AddRange(truth.Except(listed).Select(line => $"{what} ({snapshot.Epoch}/{snapshot.Version}) lacks {line}"));
        }
    }

    private static string Describe(Presence presence) =>
        $"{presence.Id} {presence.JoinedAt:O} {presence.Meta} {string.Join(' ', presence.Connections.Select(connection => $"{connection.Ref}{connection.Meta}"))}";
}
