using Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Hosting;

/// <summary>Who is there, as the clients themselves know: for each user how many tabs there are, and which names would be right.</summary>
internal sealed class Truth
{
    private readonly Dictionary<string, IReadOnlyList<string>> _names;

    public Truth(IEnumerable<ClusterClient> clients) => _names = clients
        .Where(client => client.IsConnected)
        .GroupBy(client => client.UserId)
        .ToDictionary(user => user.Key, IReadOnlyList<string> (user) => [.. user.Select(client => client.Name)]);

    public int Count => _names.Count;

    /// <summary>The first few things that are wrong with a list, or nothing.</summary>
    public string Against(IEnumerable<PresenceItem> presences)
    {
        var wrong = new List<string>();
        var missing = new HashSet<string>(_names.Keys);
        foreach (var presence in presences)
        {
            if (!_names.TryGetValue(presence.Id, out var names))
            {
                wrong.Add($"{presence.Name} ({presence.Id}) is not there");
                continue;
            }

            missing.Remove(presence.Id);
            if (presence.Connections.Count != names.Count)
            {
                wrong.Add($"{presence.Name} ({presence.Id}) has {names.Count} tabs, not {presence.Connections.Count}");
            }

            if (!names.Contains(presence.Name))
            {
                wrong.Add($"{presence.Id} is called {string.Join(" or ", names)}, not {presence.Name}");
            }
        }

        wrong.AddRange(missing.Select(id => $"{_names[id][0]} ({id}) is missing"));
        return wrong.Count == 0 ? string.Empty : $"{wrong.Count} wrong: {string.Join("; ", wrong.Take(5))}";
    }

    /// <summary>What is wrong with a node's list.</summary>
    public async Task<string> AgainstAsync(ClusterNode node, string document)
    {
        var listing = await node.ListAsync(document);
        return listing.Count == listing.Presences.Count
            ? Against(listing.Presences)
            : $"the count is {listing.Count} and the list has {listing.Presences.Count}";
    }
}
