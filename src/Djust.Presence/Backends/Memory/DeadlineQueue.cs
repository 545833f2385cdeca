namespace Djust.Presence.Backends.Memory;

/// <summary>
/// Entries in the order of their deadlines. One list for each timeout: entries with the same timeout are renewed in the order of their
/// deadlines, so each step is O(1), and removing an entry leaves nothing behind.
/// </summary>
internal sealed class DeadlineQueue
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TimeSpan, LinkedList<MemoryEntry>> _lists = [];

    public void Add(MemoryEntry entry, TimeSpan timeout, long deadline)
    {
        lock (_gate)
        {
            if (!_lists.TryGetValue(timeout, out var list))
            {
                _lists.Add(timeout, list = new LinkedList<MemoryEntry>());
            }

            Detach(entry);
            entry.Deadline = deadline;
            entry.Place = list.AddLast(entry);
        }
    }

    public void Remove(MemoryEntry entry)
    {
        lock (_gate)
        {
            Detach(entry);
        }
    }

    public List<MemoryEntry> Due(long now)
    {
        lock (_gate)
        {
            return [.. _lists.Values.SelectMany(list => list.TakeWhile(entry => entry.Deadline <= now))];
        }
    }

    public long Next()
    {
        lock (_gate)
        {
            return _lists.Values.Min(list => list.First?.Value.Deadline) ?? long.MaxValue;
        }
    }

    private static void Detach(MemoryEntry entry)
    {
        if (entry.Place is { } place)
        {
            place.List?.Remove(place);
            entry.Place = null;
        }
    }
}
