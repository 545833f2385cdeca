using FluentAssertions;
using Xunit;

namespace Djust.Presence.BackendContract;

/// <summary>
/// What every <see cref="Backends.IPresenceBackend"/> keeps to, with two nodes on one store. Derive one class, make the store, and run it.
/// </summary>
/// <remarks>
/// Feeds and other nodes' readings may be asynchronous: the suite awaits them with a deadline. What a commit says is taken at its word at once.
/// Where the store's clock is a real one, give a <see cref="IPresenceStore.Unit"/> with which a test may be late by a few of it.
/// </remarks>
public abstract partial class PresenceBackendContract : IAsyncLifetime
{
    private static readonly object Ada = new { name = "Ada" };
    private static readonly object Grace = new { name = "Grace" };

    /// <summary>The store of the running test.</summary>
    protected IPresenceStore Store { get; private set; } = null!;

    /// <summary>A presence key that no other test uses.</summary>
    protected string Key { get; } = "document:" + Guid.NewGuid().ToString("N");

    /// <summary>One node, with a lease that outlives the test.</summary>
    private protected ContractNode A { get; private set; } = null!;

    /// <summary>Another node on the same store, likewise.</summary>
    private protected ContractNode B { get; private set; } = null!;

    /// <summary>Longer than any test, however slow the machine.</summary>
    protected TimeSpan Forever => Store.Unit * 10_000;

    /// <summary>Makes an empty store for one test.</summary>
    /// <returns>The store; it is disposed after the test.</returns>
    protected abstract Task<IPresenceStore> CreateStoreAsync();

    /// <inheritdoc/>
    public virtual async Task InitializeAsync()
    {
        Store = await CreateStoreAsync();
        A = await StartNodeAsync("a");
        B = await StartNodeAsync("b");
    }

    /// <inheritdoc/>
    public virtual Task DisposeAsync() => Store.DisposeAsync().AsTask();

    private ContractNode ConnectNode(string name) => new(Store.ConnectNode(), name + Guid.NewGuid().ToString("N")[..8]);

    private async Task<ContractNode> StartNodeAsync(string name)
    {
        var node = ConnectNode(name);
        await node.RenewAsync(Forever);
        return node;
    }

    /// <summary>A node whose lease has run out, with what <paramref name="whileAlive"/> did before; nobody has swept.</summary>
    private async Task<ContractNode> StartAndLoseNodeAsync(Func<ContractNode, Task> whileAlive)
    {
        var node = await StartNodeAsync("lost");
        await whileAlive(node);
        await LoseAsync(node);
        return node;
    }

    /// <summary>Cuts the lease short and lets it run out.</summary>
    private async Task LoseAsync(ContractNode node)
    {
        await node.RenewAsync(Store.Unit);
        await Store.AdvanceAsync(Store.Unit * 2);
    }

    private async Task<FeedRecorder> FollowAsync(ContractNode node, string? key = null)
    {
        var feed = new FeedRecorder();
        await node.Backend.SubscribeAsync(key ?? Key, feed);
        return feed;
    }

    /// <summary>Both nodes list exactly these users, in any order.</summary>
    private Task ShouldListAsync(string key, params string[] users) => ShouldListOnAsync([A, B], key, users);

    private static Task ShouldListOnAsync(ContractNode[] nodes, string key, params string[] users) => Eventually.PassesAsync(async () =>
    {
        foreach (var node in nodes)
        {
            var snapshot = await node.ReadAsync(key);
            snapshot.Presences.Select(presence => presence.Id).Should().BeEquivalentTo(users);
            snapshot.Count.Should().Be(snapshot.Presences.Count);
        }
    });

    /// <summary>Both nodes say the same of a user.</summary>
    private Task ShouldShowAsync(string user, Action<Presence> assertion) => Eventually.PassesAsync(async () =>
    {
        foreach (var node in new[] { A, B })
        {
            assertion((await node.ReadAsync(Key)).Presences.Should().ContainSingle(presence => presence.Id == user).Subject);
        }
    });

    /// <summary>The feed leads to what both nodes list.</summary>
    private async Task ShouldAgreeAsync(FeedRecorder feed, string? key = null)
    {
        await feed.SettleAsync(key ?? Key, A, B);
        await Eventually.PassesAsync(async () =>
        {
            var listed = await A.ReadAsync(key ?? Key);
            Describe(feed.State!).Should().Equal(Describe(listed));

            // An empty group may have left nothing behind, its numbering included.
            if (listed.Count > 0 || feed.State!.Epoch == listed.Epoch)
            {
                (feed.State!.Epoch, feed.State.Version).Should().Be((listed.Epoch, listed.Version));
            }
        });
        feed.Breaks.Should().BeEmpty();
    }

    private static IEnumerable<string> Describe(PresenceSnapshot snapshot) => snapshot.Presences.Select(Describe);

    private static string Describe(Presence presence) =>
        $"{presence.Id} {presence.JoinedAt:O} {presence.Meta} [{string.Join(", ", presence.Connections.Select(connection => $"{connection.Ref}{connection.Meta}"))}]";
}
