using Djust.Presence.Backends;
using Djust.Presence.Backends.Memory;

namespace Djust.Presence.Benchmarks;

/// <summary>A group in this process's memory, on one node, through the interface that the library uses.</summary>
internal sealed class MemoryWorld
{
    public const string Key = "room:1";

    private const string Node = "0123456789abcdef";

    private static readonly PresenceMeta[] Metas = [PresenceMeta.From(new { name = "Ada Lovelace", color = "#6c63ff" }), PresenceMeta.From(new { name = "Ada Lovelace", color = "#ff6c63" })];

    private int _updates;

    /// <param name="size">How many users are there.</param>
    /// <param name="backend">Where; a new one if null.</param>
    public MemoryWorld(int size, IPresenceBackend? backend = null)
    {
        Backend = backend ?? new MemoryPresenceBackend(TimeProvider.System);
        Done(Backend.RenewLeaseAsync(Node, TimeSpan.FromDays(1)));
        for (var i = 0; i < size; i++)
        {
            Join(new MemoryVisitor(i));
        }
    }

    public static PresenceMeta Meta => Metas[0];

    public IPresenceBackend Backend { get; }

    public static PresenceEntryId Entry(MemoryVisitor visitor) => new(visitor.Connection, Node);

    public PresenceCommit Join(MemoryVisitor visitor) => Done(Backend.JoinAsync(new PresenceJoin
    {
        Key = Key,
        Entry = Entry(visitor),
        UserId = visitor.User,
        Meta = Meta,
        Hub = "Hub",
    }));

    public PresenceCommit Leave(MemoryVisitor visitor) => Done(Backend.LeaveAsync(Key, PresenceTarget.Of(Entry(visitor)), PresenceChangeReason.Requested));

    /// <summary>A change at every call.</summary>
    public PresenceCommit Update(MemoryVisitor visitor) => Done(Backend.UpdateAsync(Key, PresenceTarget.Of(Entry(visitor)), Metas[++_updates % 2]));

    public PresenceSnapshot List() => Done(Backend.GetSnapshotAsync(Key));

    /// <summary>In memory everything completes at once.</summary>
    public static T Done<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : throw new InvalidOperationException("The memory backend did not answer at once.");
}
