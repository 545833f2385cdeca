using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Whiteboard;

/// <summary>What is on the boards, in this process's memory: enough for a sample. The oldest goes when a board is full.</summary>
public sealed class BoardStore
{
    private const int MaxItems = 300;
    private const int MaxBoards = 1_000;

    private readonly ConcurrentDictionary<string, ImmutableList<BoardItem>> _boards = new(StringComparer.Ordinal);

    public IReadOnlyList<BoardItem> Get(string key) => _boards.GetValueOrDefault(key) ?? [];

    public void Put(string key, BoardItem item)
    {
        if (_boards.Count < MaxBoards || _boards.ContainsKey(key))
        {
            _boards.AddOrUpdate(key, _ => [item], (_, items) => Put(items, item));
        }
    }

    public void Remove(string key, string id)
    {
        if (_boards.ContainsKey(key))
        {
            _boards.AddOrUpdate(key, _ => [], (_, items) => items.RemoveAll(item => item.Id == id));
        }
    }

    private static ImmutableList<BoardItem> Put(ImmutableList<BoardItem> items, BoardItem item)
    {
        var at = items.FindIndex(other => other.Id == item.Id);
        var put = at < 0 ? items.Add(item) : items.SetItem(at, item);
        return put.Count > MaxItems ? put.RemoveAt(0) : put;
    }
}
