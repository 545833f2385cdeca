using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>
/// Where the users of a group have their pointers: those of this server's connections, exactly; those of other servers as they were last written to
/// the <c>IDistributedCache</c>, at most a second ago. With several servers that cache has to be a shared one, such as
/// <c>AddStackExchangeRedisCache</c>. Safe for use by several threads.
/// </summary>
public sealed class CursorTracker
{
    private readonly ConcurrentDictionary<string, CursorNotes> _notes = new(StringComparer.Ordinal);
    private readonly RoomRegistry _rooms;
    private readonly CursorCache _cache;
    private readonly IOptions<PresenceOptions> _options;
    private readonly TimeProvider _time;

    internal CursorTracker(RoomRegistry rooms, CursorCache cache, IOptions<PresenceOptions> options, TimeProvider time) =>
        (_rooms, _cache, _options, _time) = (rooms, cache, options, time);

    /// <summary>The groups of which something may have to be written to the cache.</summary>
    internal IEnumerable<string> Keys => _rooms.All.Where(room => !room.Cursors.IsEmpty).Select(room => room.Key).Union(_notes.Keys, StringComparer.Ordinal);

    /// <summary>Notes where a user's pointer is, for a user who has no connection of a cursor hub here: a bot, or a position that came another way.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="userId">The user.</param>
    /// <param name="x">The horizontal position, between -1,000,000,000 and 1,000,000,000.</param>
    /// <param name="y">The vertical position.</param>
    /// <param name="meta">Anything that serialises to a JSON object of at most 2,048 bytes; it is given back with the position.</param>
    /// <returns>A task that ends when it is noted. Other servers find it within about a second, through the cache.</returns>
    /// <exception cref="ArgumentException">The key, the user, a coordinate or the meta is not acceptable; the message says why.</exception>
    public Task UpdateCursorAsync(string key, string userId, double x, double y, object? meta = null)
    {
        Check(key, userId);
        var point = CursorPoint.Check(x, y);
        var given = PresenceMeta.From(meta, new PresenceMetaLimits(_options.Value.MaxMetaBytes, _options.Value.MaxMetaDepth));
        var position = new CursorPosition(point.X, point.Y, _time.GetUtcNow(), given);
        _notes.AddOrUpdate(key, _ => new CursorNotes().With(userId, position, _time.GetTimestamp()), (_, notes) => notes.With(userId, position, _time.GetTimestamp()));
        return Task.CompletedTask;
    }

    /// <summary>The last known position of each user whose pointer has moved within <see cref="PresenceOptions.CursorTimeout"/>.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Positions by user id: a snapshot of its own.</returns>
    public async Task<IReadOnlyDictionary<string, CursorPosition>> GetCursorsAsync(string key, CancellationToken cancellationToken = default)
    {
        PresenceText.CheckKey(key, _options.Value);
        var positions = new Dictionary<string, CursorPosition>(StringComparer.Ordinal);
        foreach (var (userId, position) in (await _cache.ReadOthersAsync(key, cancellationToken)).Concat(Local(key)))
        {
            if (!positions.TryGetValue(userId, out var known) || known.Timestamp <= position.Timestamp)
            {
                positions[userId] = position;
            }
        }

        return positions;
    }

    /// <summary>Ends a user's cursors on this server.</summary>
    /// <param name="key">The presence key.</param>
    /// <param name="userId">The user.</param>
    /// <returns>Whether there was one.</returns>
    public Task<bool> RemoveCursorAsync(string key, string userId)
    {
        Check(key, userId);
        var noted = _notes.TryGetValue(key, out var notes) && notes.Has(userId);
        if (noted)
        {
            _notes.AddOrUpdate(key, _ => new CursorNotes(), (_, known) => known.Without(userId));
        }

        return Task.FromResult((_rooms.Find(key)?.EndCursors(userId) == true) | noted);
    }

    /// <summary>What this server knows itself.</summary>
    internal IReadOnlyCollection<KeyValuePair<string, CursorPosition>> Local(string key)
    {
        var positions = new Dictionary<string, CursorPosition>(StringComparer.Ordinal);
        foreach (var (userId, position) in _notes.GetValueOrDefault(key)?.Since(age => _time.GetElapsedTime(age) < _options.Value.CursorTimeout) ?? [])
        {
            positions[userId] = position;
        }

        if (_rooms.Find(key) is { } room)
        {
            var cursors = room.Cursors.Local();
            var metas = cursors.Count == 0 ? new Dictionary<string, PresenceMeta>() : room.Snapshot.Presences.ToDictionary(presence => presence.Id, presence => presence.Meta, StringComparer.Ordinal);
            foreach (var (userId, point, at) in cursors)
            {
                if (!positions.TryGetValue(userId, out var noted) || noted.Timestamp <= at)
                {
                    positions[userId] = new CursorPosition(point.X, point.Y, at, metas.GetValueOrDefault(userId) ?? PresenceMeta.Empty);
                }
            }
        }

        return positions;
    }

    /// <summary>Forgets notes that are too old, and groups without any.</summary>
    internal void Expire()
    {
        foreach (var (key, notes) in _notes)
        {
            var left = notes.Keep(at => _time.GetElapsedTime(at) < _options.Value.CursorTimeout);
            if (left.IsEmpty)
            {
                _notes.TryRemove(KeyValuePair.Create(key, notes));
            }
            else if (left != notes)
            {
                _notes.TryUpdate(key, left, notes);
            }
        }
    }

    private void Check(string key, string userId)
    {
        PresenceText.CheckKey(key, _options.Value);
        PresenceText.CheckUserId(userId, _options.Value);
    }
}
