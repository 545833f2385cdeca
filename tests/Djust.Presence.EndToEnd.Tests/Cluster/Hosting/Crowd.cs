namespace Djust.Presence.EndToEnd.Tests.Cluster.Hosting;

/// <summary>Many clients at once, each a visitor of its own, all closed together.</summary>
internal sealed class Crowd(string document) : IAsyncDisposable
{
    /// <summary>Handshakes at the same moment; more would only wait for each other.</summary>
    private const int AtOnce = 16;

    private readonly List<ClusterClient> _clients = [];

    public string Document { get; } = document;

    public IReadOnlyList<ClusterClient> Clients => _clients;

    public async Task<IReadOnlyList<ClusterClient>> JoinAsync(ClusterNode node, int count, string name)
    {
        var joining = Enumerable.Range(1, count).Select(number => new ClusterClient(Document, $"{name} {number}")).ToList();
        _clients.AddRange(joining);
        await EachAsync(joining, client => client.ConnectAsync(node.Url));
        return joining;
    }

    public async Task<ClusterClient> JoinAsync(ClusterNode node, string name) => (await JoinAsync(node, 1, name)).Single();

    /// <summary>A second tab of each.</summary>
    public async Task<IReadOnlyList<ClusterClient>> OpenTabsAsync(ClusterNode node, IEnumerable<ClusterClient> visitors)
    {
        var tabs = visitors.Select(visitor => new ClusterClient(Document, visitor.Name, visitor.Visitor)).ToList();
        _clients.AddRange(tabs);
        await EachAsync(tabs, tab => tab.ConnectAsync(node.Url));
        return tabs;
    }

    public Task LeaveAsync(IEnumerable<ClusterClient> clients) => EachAsync(clients, client => client.CloseAsync());

    public static HashSet<string> Ids(IEnumerable<ClusterClient> clients) => [.. clients.Select(client => client.UserId)];

    public static Task EachAsync(IEnumerable<ClusterClient> clients, Func<ClusterClient, Task> action) =>
        Parallel.ForEachAsync(clients, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (client, _) => await action(client));

    public async ValueTask DisposeAsync() => await EachAsync(_clients, client => client.DisposeAsync().AsTask());
}
