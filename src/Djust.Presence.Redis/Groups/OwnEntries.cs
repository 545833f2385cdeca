using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Djust.Presence;

/// <summary>The entries of this node in one group, found by their id and by their user.</summary>
internal sealed class OwnEntries : IEnumerable<OwnEntry>
{
    private readonly Dictionary<PresenceEntryId, OwnEntry> _byId = [];
    private readonly Dictionary<string, List<OwnEntry>> _byUser = new(StringComparer.Ordinal);
    private int _owned;

    public int Count => _byId.Count;

    /// <summary>Whether some of them live on the node's lease.</summary>
    public bool HasOwned => _owned > 0;

    /// <summary>The node, once it has had an entry that lives on its lease.</summary>
    public string? NodeId { get; private set; }

    public bool TryGet(PresenceEntryId id, [NotNullWhen(true)] out OwnEntry? own) => _byId.TryGetValue(id, out own);

    public IReadOnlyList<OwnEntry> Of(string userId) => _byUser.TryGetValue(userId, out var list) ? list : [];

    /// <summary>Adds an entry, or replaces the one with its id.</summary>
    public void Set(OwnEntry own)
    {
        Remove(own.Id);
        _byId.Add(own.Id, own);
        if (!_byUser.TryGetValue(own.UserId, out var list))
        {
            _byUser.Add(own.UserId, list = new List<OwnEntry>(1));
        }

        list.Add(own);
        if (own.Id.NodeId.Length > 0)
        {
            NodeId = own.Id.NodeId;
            _owned++;
        }
    }

    public bool Remove(PresenceEntryId id)
    {
        if (!_byId.Remove(id, out var own))
        {
            return false;
        }

        var list = _byUser[own.UserId];
        list.Remove(own);
        if (list.Count == 0)
        {
            _byUser.Remove(own.UserId);
        }

        _owned -= id.NodeId.Length > 0 ? 1 : 0;
        return true;
    }

    public IEnumerator<OwnEntry> GetEnumerator() => _byId.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
