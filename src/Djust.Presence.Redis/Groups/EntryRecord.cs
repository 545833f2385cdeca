namespace Djust.Presence;

/// <summary>One entry of a user, as the store tells it.</summary>
/// <param name="Ref">Its number in the group.</param>
/// <param name="Owner">The lease that it lives on, or empty for one that lives on its own heartbeat.</param>
/// <param name="Deadline">For the latter, when it ends, in ms of the store's clock; as last heard.</param>
/// <param name="Stamp">Orders the metas of a user by when they were written.</param>
/// <param name="Meta">What the application attached.</param>
internal sealed record EntryRecord(int Ref, string Owner, long Deadline, long Stamp, PresenceMeta Meta);
