using Djust.Presence.Backends;
using FluentAssertions;

namespace Djust.Presence.BackendContract;

/// <summary>One group as the documentation describes it, in the slowest and plainest way.</summary>
internal sealed class NaiveModel
{
    private readonly HashSet<string> _present = [];
    private (string Epoch, long Version)? _last;
    private int _writes;

    public List<ModelEntry> Entries { get; } = [];

    public ModelEntry? Find(PresenceEntryId id) => Entries.Find(entry => entry.Id == id);

    public ModelEntry[] Of(string user) => [.. Entries.Where(entry => entry.User == user)];

    /// <summary>A join that was accepted, with the ref that the commit gave.</summary>
    public void Join(PresenceEntryId id, ModelNode? node, string user, string meta, int @ref, bool keepMeta = false)
    {
        var entry = Find(id) ?? (node is null ? null : Of(user).SingleOrDefault(other => other.Held));
        if (entry is null)
        {
            Entries.Should().NotContain(other => other.Ref == @ref, "a ref is never given twice");
            Entries.Add(new ModelEntry { Id = id, Node = node, User = user, Meta = meta, Written = ++_writes, Ref = @ref });
            return;
        }

        entry.Ref.Should().Be(@ref, "an entry keeps its ref");
        (entry.Id, entry.Node, entry.Held, entry.Expired) = (id, node, false, false);
        if (!keepMeta)
        {
            Write(entry, meta);
        }
    }

    /// <summary>What was written last is the newest, even if it is the same.</summary>
    public void Write(ModelEntry entry, string meta) => (entry.Meta, entry.Written) = (meta, ++_writes);

    /// <summary>Whether a hold keeps the entry; if not, it is removed.</summary>
    public bool Hold(ModelEntry entry)
    {
        entry.Held = !Of(entry.User).Any(other => other != entry && other.IsAlive && !other.Held);
        if (!entry.Held)
        {
            Entries.Remove(entry);
        }

        return entry.Held;
    }

    /// <summary>What a list shows: users with live connections, each with the newest meta and the refs, with own metas where they differ.</summary>
    public IEnumerable<string> Listed() => Entries.Where(entry => entry.IsAlive).GroupBy(entry => entry.User).Select(user =>
    {
        var newest = user.MaxBy(entry => entry.Written)!.Meta;
        return Line(user.Key, newest, user.OrderBy(entry => entry.Ref).Select(entry => (entry.Ref, entry.Meta == newest ? null : entry.Meta)));
    });

    public static IEnumerable<string> Listed(PresenceSnapshot snapshot) => snapshot.Presences.Select(presence =>
        Line(presence.Id, presence["m"]!, presence.Connections.Select(connection => (connection.Ref, connection.Meta?["m"]))));

    /// <summary>The changes that a request gave: numbered without holes, and for each user join, then anything but a join, then leave.</summary>
    public void Announced(IEnumerable<PresenceChange> changes)
    {
        foreach (var change in changes.OrderBy(change => change.Version))
        {
            if (_last is { } last && change.Epoch == last.Epoch)
            {
                change.Version.Should().Be(last.Version + 1, "versions have no holes");
            }
            else
            {
                _present.Should().BeEmpty("a new epoch begins with an empty group");
            }

            _last = (change.Epoch, change.Version);
            var user = change.Presence.Id;
            var fits = change.Kind switch
            {
                PresenceChangeKind.Join => _present.Add(user),
                PresenceChangeKind.Leave => _present.Remove(user),
                _ => _present.Contains(user),
            };
            fits.Should().BeTrue($"{change.Kind} of {user} has to follow what came before");
        }

        _present.Should().BeEquivalentTo(Entries.Select(entry => entry.User).Distinct(), "whoever has an entry has joined and not left");
    }

    private static string Line(string user, string meta, IEnumerable<(int Ref, string? Meta)> connections) =>
        $"{user} {meta} [{string.Join(", ", connections.Select(connection => connection.Ref + connection.Meta))}]";
}

internal sealed class ModelNode(ContractNode node, long generation)
{
    /// <summary>Which lease it had last.</summary>
    public long Generation { get; set; } = generation;

    public ContractNode Contract { get; } = node;

    public bool IsAlive { get; set; } = true;
}

internal sealed class ModelEntry
{
    public required PresenceEntryId Id { get; set; }

    public required ModelNode? Node { get; set; }

    public required string User { get; init; }

    public required string Meta { get; set; }

    public required int Written { get; set; }

    public required int Ref { get; init; }

    public bool Held { get; set; }

    public bool Expired { get; set; }

    public bool IsAlive => Node?.IsAlive ?? !Expired;
}
