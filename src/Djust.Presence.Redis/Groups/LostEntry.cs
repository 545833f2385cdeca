namespace Djust.Presence;

/// <summary>An entry that a store had before it lost its memory, as a node that knows of it tells it.</summary>
/// <param name="UserId">Whose it is.</param>
/// <param name="JoinedAt">When that user joined.</param>
/// <param name="Entry">The entry.</param>
internal readonly record struct LostEntry(string UserId, DateTimeOffset JoinedAt, EntryRecord Entry);
