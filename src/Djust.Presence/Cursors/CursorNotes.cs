using System.Collections.Immutable;

namespace Djust.Presence;

/// <summary>Positions of a group that the application has noted. Immutable.</summary>
internal sealed class CursorNotes
{
    private ImmutableDictionary<string, (CursorPosition Position, long At)> _positions = ImmutableDictionary.Create<string, (CursorPosition, long)>(StringComparer.Ordinal);

    public bool IsEmpty => _positions.IsEmpty;

    public bool Has(string userId) => _positions.ContainsKey(userId);

    /// <param name="userId">The user.</param>
    /// <param name="position">Where the pointer is.</param>
    /// <param name="at">Now, as a timestamp.</param>
    public CursorNotes With(string userId, CursorPosition position, long at) => new() { _positions = _positions.SetItem(userId, (position, at)) };

    public CursorNotes Without(string userId) => new() { _positions = _positions.Remove(userId) };

    /// <summary>The notes that are recent, or this where all are.</summary>
    public CursorNotes Keep(Func<long, bool> isRecent)
    {
        var old = _positions.Where(position => !isRecent(position.Value.At)).Select(position => position.Key).ToArray();
        return old.Length == 0 ? this : new() { _positions = _positions.RemoveRange(old) };
    }

    /// <summary>The positions that are recent.</summary>
    public IEnumerable<KeyValuePair<string, CursorPosition>> Since(Func<long, bool> isRecent) =>
        _positions.Where(position => isRecent(position.Value.At)).Select(position => KeyValuePair.Create(position.Key, position.Value.Position));
}
