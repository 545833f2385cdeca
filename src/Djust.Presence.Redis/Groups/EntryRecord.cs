namespace Djust.Presence;

/// <summary>One entry of a user, as the store tells it. A value: a reading of a large group makes one for each entry, mostly for a moment only.</summary>
/// <param name="Ref">Its number in the group.</param>
/// <param name="Owner">The lease that it lives on, or empty for one that lives on its own heartbeat.</param>
/// <param name="Deadline">For the latter, when it ends, in ms of the store's clock; as last heard.</param>
/// <param name="Stamp">Orders the metas of a user by when they were written.</param>
/// <param name="Meta">What the application attached.</param>
internal readonly record struct EntryRecord(int Ref, string Owner, long Deadline, long Stamp, PresenceMeta Meta);
