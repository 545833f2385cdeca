using CsCheck;
using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>A store that has lost its memory: whoever comes back never left.</summary>
public sealed class GroupReplicaAnewTests
{
    /// <summary>Who is there and on which node, who does something here meanwhile, and who comes back.</summary>
    private static readonly Gen<((int User, bool Mine)[] Before, (int Action, int User)[] Meanwhile, int[] Back)> Stories = Gen.Select(
        Gen.Select(Gen.Int[0, 4], Gen.Bool).Array[1, 8], Gen.Select(Gen.Int[0, 2], Gen.Int[0, 6]).Array[0, 6], Gen.Int[0, 6].Array[0, 8]);

    [Fact]
    public void Who_is_there_before_and_after_never_leaves() => Stories.Sample(story =>
    {
        var (observer, replica, _, store) = Tell(story.Before, story.Meanwhile);
        var before = Ids(replica.View);
        var from = observer.Moves.Count;

        replica.ResetAnew(store.Read());
        before.Except(Ids(replica.View)).Should().BeEmpty();
        ComeBack(replica, store, story.Back);
        replica.Settle(store.Read());

        var stayed = before.Intersect(Ids(replica.View)).ToArray();
        observer.Moves.Skip(from).Should().NotContain(move => stayed.Contains(move.User));
        Looks.Same(observer.Breaks, []);
    }, iter: 200);

    [Fact]
    public void Who_does_not_come_back_leaves_once_and_is_named() => Stories.Sample(story =>
    {
        var (observer, replica, told, store) = Tell(story.Before, story.Meanwhile);
        var before = Ids(replica.View);
        var from = observer.Moves.Count;

        replica.ResetAnew(store.Read());
        ComeBack(replica, store, story.Back);
        var awaited = replica.AwaitsOthers;
        var vanished = replica.Settle(store.Read());

        var after = Ids(replica.View);
        Looks.Same(observer.Moves.Skip(from).Where(move => !move.Came).Select(move => move.User).Order(), before.Except(after).Order());
        Looks.Same(observer.Moves.Skip(from).Where(move => move.Came).Select(move => move.User).Order(), after.Except(before).Order());
        awaited.Should().Be(told.Entries.Count > 0);
        Looks.Same((vanished?.Users ?? []).Select(user => user.Id).Order(), told.Read().Users.Select(user => user.Id).Except(after).Order());
        (vanished?.Epoch ?? told.Epoch).Should().Be(told.Epoch);
    }, iter: 200);

    [Fact]
    public void When_all_have_told_observers_see_the_store() => Stories.Sample(story =>
    {
        var (observer, replica, _, store) = Tell(story.Before, story.Meanwhile);

        replica.ResetAnew(store.Read());
        ComeBack(replica, store, story.Back);
        replica.Settle(store.Read());

        (replica.IsLocal, replica.AwaitsOthers).Should().Be((false, false));
        Looks.Same(Looks.Of(replica.View), store.Listed);
        Looks.Same(Looks.Of(observer.State!), store.Listed);
        (observer.State!.Epoch, observer.State.Version).Should().Be((store.Read().Epoch, store.Read().Version));
    }, iter: 200);

    [Fact]
    public void A_second_loss_before_all_have_told_forgets_nobody()
    {
        var (observer, replica, _, _) = Tell([(0, true), (1, false)], []);
        var (second, third) = (new StoredGroup("f"), new StoredGroup("g"));
        second.Join("me.2", "m0", "u0", PresenceMeta.Empty);
        third.Join("me.3", "m0", "u0", PresenceMeta.Empty);
        var from = observer.Moves.Count;

        replica.ResetAnew(second.Read());
        replica.ResetAnew(third.Read());
        replica.Take(third.Join("o.3", "o1", "u1", PresenceMeta.Empty));
        replica.Settle(third.Read())!.Value.Users.Should().BeEmpty();

        observer.Moves.Skip(from).Should().BeEmpty();
    }

    [Fact]
    public void Nothing_is_settled_where_nothing_was_lost()
    {
        var (observer, replica, told, _) = Tell([(0, true)], []);
        var snapshots = observer.Snapshots;

        replica.Settle(told.Read()).Should().BeNull();
        observer.Snapshots.Should().Be(snapshots);
    }

    /// <summary>A group of two nodes, what is asked here while the store is away, and what a store without memory has when this node has told it.</summary>
    private static (StrictObserver Observer, GroupReplica Replica, StoredGroup Told, StoredGroup Store) Tell(
        (int User, bool Mine)[] before, (int Action, int User)[] meanwhile)
    {
        var observer = new StrictObserver();
        var replica = new GroupReplica("k", "l.", observer);
        var (told, store) = (new StoredGroup("e"), new StoredGroup("f"));
        replica.Reset(told.Read(), []);
        foreach (var (number, mine) in before)
        {
            var (user, meta) = ("u" + number, PresenceMeta.From(new { number, mine }));
            var change = told.Join(mine ? "me.1" : "o.1", (mine ? "m" : "o") + number, user, meta);
            if (change.Kind is not null)
            {
                replica.Take(change);
            }

            if (mine)
            {
                replica.Confirm(Join(number, meta), told.Find("m" + number)!.Ref, change, null);
            }
        }

        foreach (var (action, number) in meanwhile)
        {
            var id = new PresenceEntryId("m" + number, "me");
            _ = action switch
            {
                0 => replica.Join(Join(number, PresenceMeta.From(new { action })), DateTimeOffset.UnixEpoch.AddYears(1), null),
                1 => replica.Leave(PresenceTarget.Of(id), PresenceChangeReason.Requested),
                _ => replica.Update(PresenceTarget.Of(id), PresenceMeta.From(new { action })),
            };
        }

        replica.Untell();
        foreach (var item in replica.Untold())
        {
            if (item.Own is { } own)
            {
                store.Join("me.2", item.Id.ConnectionId, own.UserId, own.Meta, own.Ref);
            }

            replica.Told(item, removed: false, store.Find(item.Id.ConnectionId)?.Ref ?? 0, store.Epoch, store.Version);
        }

        return (observer, replica, told, store);
    }

    /// <summary>The other node tells what it holds, through the feed.</summary>
    private static void ComeBack(GroupReplica replica, StoredGroup store, int[] users)
    {
        foreach (var user in users)
        {
            var change = store.Join("o.2", "o" + user, "u" + user, PresenceMeta.From(new { back = user }));
            if (change.Kind is not null)
            {
                replica.Take(change).Should().BeOneOf(GroupStep.Applied, GroupStep.AppliedAnew);
            }
        }
    }

    private static PresenceJoin Join(int number, PresenceMeta meta) =>
        new() { Key = "k", Entry = new PresenceEntryId("m" + number, "me"), UserId = "u" + number, Meta = meta };

    private static string[] Ids(PresenceSnapshot snapshot) => [.. snapshot.Presences.Select(presence => presence.Id)];
}
