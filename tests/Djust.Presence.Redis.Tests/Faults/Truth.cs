namespace Djust.Presence.Redis.Tests.Faults;

/// <summary>
/// Changes presence through the nodes, at random and from several sides at once, and knows who must be there in the end. Everything follows
/// from which connections are open: a held one that nobody takes over is ended before anything is compared.
/// </summary>
internal sealed class Truth(IReadOnlyList<FaultNode> nodes)
{
    private const int WorkersOfNode = 4;
    private const int MovingUsers = 24;

    private readonly Random _random = new(Environment.TickCount);
    private readonly List<string> _staying = [];
    private int _written;

    /// <summary>Users who are there from the beginning to the end: nobody may ever see them leave.</summary>
    public IReadOnlyList<string> Staying => _staying;

    public IReadOnlySet<string> Present => nodes.Where(node => !node.IsDead).SelectMany(node => node.Open).Select(connection => connection.UserId).ToHashSet();

    /// <summary>Each user with the metas of their connections.</summary>
    public IEnumerable<string> Listed => nodes.Where(node => !node.IsDead).SelectMany(node => node.Open).GroupBy(connection => connection.UserId)
        .Select(user => Line(user.Key, user.Select(connection => connection.Join.Meta["m"]!))).Order(StringComparer.Ordinal);

    public static IEnumerable<string> ListedIn(PresenceSnapshot snapshot) => snapshot.Presences
        .Select(presence => Line(presence.Id, presence.Connections.Select(connection => (connection.Meta ?? presence.Meta)["m"] ?? "?"))).Order(StringComparer.Ordinal);

    /// <summary>Some users of each node who stay.</summary>
    public async Task SettleInAsync(int usersOfNode)
    {
        foreach (var node in nodes)
        {
            for (var i = 0; i < usersOfNode; i++)
            {
                var user = $"stays-{node.Id}-{i}";
                await node.JoinAsync(user, "stays");
                lock (_staying)
                {
                    _staying.Add(user);
                }
            }
        }
    }

    /// <summary>Makes changes, a part of them through each node.</summary>
    /// <param name="count">How many.</param>
    /// <param name="over">Over which time they are spread; by default they come one right after the other.</param>
    public Task ChangeAsync(int count, TimeSpan over = default)
    {
        var workers = nodes.Count * WorkersOfNode;
        var each = (count + workers - 1) / workers;
        return Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => WorkAsync(nodes[worker % nodes.Count], each, over / each))));
    }

    /// <summary>The grace of all that have ended is over.</summary>
    public Task EndHoldsAsync() =>
        Task.WhenAll(nodes.Where(node => !node.IsDead).Select(node => Task.WhenAll(node.Held.ToArray().Select(node.LeaveAsync))));

    private async Task WorkAsync(FaultNode node, int count, TimeSpan pace)
    {
        var own = new List<FaultConnection>();
        for (var i = 0; i < count; i++)
        {
            // What is spread is spread even if a single request waits for its answer for long.
            await Task.Delay(pace);
            await StepAsync(node, own);
        }
    }

    private async Task StepAsync(FaultNode node, List<FaultConnection> own)
    {
        var choice = Next(10);
        if (own.Count == 0 || choice < 4)
        {
            own.Add(await node.JoinAsync($"moves-{Next(MovingUsers)}", NextMeta()));
            return;
        }

        var at = Next(own.Count);
        var connection = own[at];
        if (choice < 6 && connection.IsOpen)
        {
            await node.UpdateAsync(connection, NextMeta());
        }
        else if (choice < 8 && connection.IsOpen)
        {
            await node.HoldAsync(connection);
        }
        else
        {
            own.RemoveAt(at);
            await node.LeaveAsync(connection);
        }
    }

    private string NextMeta() => $"m{Interlocked.Increment(ref _written)}";

    private int Next(int end)
    {
        lock (_random)
        {
            return _random.Next(end);
        }
    }

    private static string Line(string user, IEnumerable<string> metas) => $"{user} [{string.Join(' ', metas.Order(StringComparer.Ordinal))}]";
}
