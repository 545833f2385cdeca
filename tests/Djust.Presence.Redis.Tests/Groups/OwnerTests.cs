using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

public sealed class OwnerTests
{
    [Theory]
    [InlineData("n1", 1)]
    [InlineData("n1", int.MaxValue)]
    [InlineData("a.b", 7)]
    [InlineData("a.1", 1)]
    [InlineData(".", 1)]
    [InlineData("", 3)]
    public void A_name_says_which_node_and_which_of_its_leases(string node, int life)
    {
        var name = Owner.Name(node, life);

        Owner.NodeOf(name).Should().Be(node);
        Owner.LifeOf(name).Should().Be(life);
        Owner.IsOf(name, node).Should().BeTrue();
    }

    [Theory]
    [InlineData("n1.1", "n")]
    [InlineData("n1.1", "n11")]
    [InlineData("n1.1", "N1")]
    [InlineData("n1.1", "n1.1")]
    [InlineData("n1", "n1")]
    [InlineData("a.b.1", "a")]
    [InlineData("a.1.1", "a")]
    [InlineData("..1", "")]
    [InlineData("", "n1")]
    [InlineData("", "")]
    public void A_lease_of_another_node_is_not_taken_for_its_own(string owner, string node) => Owner.IsOf(owner, node).Should().BeFalse();

    [Theory]
    [InlineData("n1")]
    [InlineData("")]
    [InlineData("n1.")]
    [InlineData("n1.x")]
    [InlineData("n1.-1")]
    [InlineData("n1.99999999999")]
    public void What_is_no_name_of_a_lease_is_of_no_life(string owner) => Owner.LifeOf(owner).Should().Be(0);
}
