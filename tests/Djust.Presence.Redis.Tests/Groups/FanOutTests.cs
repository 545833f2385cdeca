using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

public sealed class FanOutTests
{
    [Fact]
    public void Each_observer_hears_all_until_it_is_removed()
    {
        var (all, first, second) = (new FanOut(), new StrictObserver(), new StrictObserver());
        all.Add(first);
        all.Add(second);
        all.OnSnapshot(PresenceSnapshot.Empty("k"));
        all.Remove(first);
        all.OnSnapshot(PresenceSnapshot.Empty("k"));

        (first.Snapshots, second.Snapshots, all.IsEmpty).Should().Be((1, 2, false));
        all.Remove(second);
        all.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Who_was_added_twice_hears_once_after_one_removal()
    {
        var (all, observer) = (new FanOut(), new StrictObserver());
        all.Add(observer);
        all.Add(observer);
        all.Remove(observer);
        all.Remove(new StrictObserver());

        all.OnSnapshot(PresenceSnapshot.Empty("k"));

        observer.Snapshots.Should().Be(1);
    }
}
