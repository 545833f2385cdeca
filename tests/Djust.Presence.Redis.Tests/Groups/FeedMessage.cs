namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>One message of a feed: one of the two kinds, and what the group was after it.</summary>
internal sealed record FeedMessage(GroupChange? Change, OwnerChange? Owner, GroupState After, string[] Listed)
{
    public GroupStep ApplyTo(GroupState state) => Change is not null ? state.Apply(Change) : state.Apply(Owner!);
}
