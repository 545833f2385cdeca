using System.Text;
using CsCheck;
using Djust.Presence.Redis.Tests.Groups;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests;

/// <summary>Every group has names of its own, in one place of a cluster.</summary>
public sealed class RedisKeysTests
{
    private static readonly RedisKeys Keys = new("presence", sharded: false);

    /// <summary>Keys that a careless way of making names would take for each other, or for names of something else.</summary>
    private static readonly string[] Odd =
    [
        "a", "A", "a:b", "a", "b:c", "a:b:c", "a%3Ab", "a%253Ab", "*", "?", "[a]", "{", "}", "{}", "{a}", "}{", "a}", "{a", "nodes", "{nodes}", "nodes:feed", "a:entries", "a:state",
        "é", "e\u0301", "😀", "%F0%9F%98%80", "__proto__", "constructor", " ", "a ", "+", "%", "%20", "%7B", "/", "\\", "漢", "\u2028", "presence:group:{a}:entries",
    ];

    [Fact]
    public void Names_of_different_groups_are_never_the_same()
    {
        var names = Odd.Distinct(StringComparer.Ordinal).SelectMany(Names).Concat(OfNodes).ToArray();

        names.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Names_of_any_two_groups_differ() => Gen.Select(RandomRecords.Text, RandomRecords.Text).Sample((a, b) =>
    {
        Names(a).Intersect(Names(b), StringComparer.Ordinal).Any().Should().Be(string.Equals(a, b, StringComparison.Ordinal));
        Names(a).Intersect(OfNodes).Should().BeEmpty();
    }, iter: 1_000);

    [Fact]
    public void All_keys_of_a_group_are_in_one_slot_of_a_cluster() => Gen.OneOf(RandomRecords.Text, Gen.OneOf(Odd)).Sample(key =>
        Keys.Group(key).Select(name => HashSlot.Of(name.ToString())).Append(HashSlot.Of(Keys.Feed(key).ToString())).Distinct().Should().ContainSingle());

    [Fact]
    public void All_keys_about_the_nodes_are_in_one_slot_of_a_cluster() =>
        Keys.Nodes.Select(name => HashSlot.Of(name.ToString())).Append(HashSlot.Of(Keys.NodesChannel.ToString())).Distinct().Should().ContainSingle();

    [Fact]
    public void Groups_are_spread_over_a_cluster() =>
        Enumerable.Range(0, 100).Select(i => HashSlot.Of(Keys.Group("document:" + i)[0].ToString())).Distinct().Count().Should().BeGreaterThan(90);

    [Fact]
    public void A_slot_is_what_redis_says()
    {
        // CLUSTER KEYSLOT of Redis 7.
        HashSlot.Of("123456789").Should().Be(0x31C3);
        HashSlot.Of("foo").Should().Be(12182);
        HashSlot.Of("x{foo}y").Should().Be(12182);
    }

    [Fact]
    public void Every_name_begins_with_the_prefix_and_has_no_space_or_line_end() => RandomRecords.Text.Sample(key =>
        Names(key).Concat(OfNodes).Should().OnlyContain(name => name.StartsWith("presence:", StringComparison.Ordinal) && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))));

    [Fact]
    public void Two_prefixes_share_no_name()
    {
        var other = new RedisKeys("presence2", sharded: false);

        Names("k").Should().NotIntersectWith(Names("k", other));
        other.NodesChannel.Should().NotBe(Keys.NodesChannel);
    }

    /// <summary>Prefixes that look like the parts that are put between a prefix and what it is for.</summary>
    [Fact]
    public void Whatever_the_prefixes_no_two_share_a_name()
    {
        string[] parts = ["", ":", "group", ":group", ":node", ":nodes", ":deadlines", ":feed", ":leases", ":entries", "::group", ":group:", ":groups", ":n1.1"];
        var prefixes = parts.SelectMany(first => parts.Select(second => "p" + first + second)).Distinct(StringComparer.Ordinal);
        string[] owners = ["nodes", "n1.1", "group.1", "nodes}:feed.1", "a}:groups.1"];

        var names = prefixes.Select(prefix => new RedisKeys(prefix, sharded: false)).SelectMany(keys => Odd.Distinct(StringComparer.Ordinal).SelectMany(key => Names(key, keys))
            .Concat(keys.Nodes.Select(name => name.ToString()))
            .Concat(owners.Select(owner => keys.GroupsOf(owner).ToString()))
            .Append(keys.NodesChannel.ToString()));

        names.GroupBy(name => name, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key).Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_channel_is_literal_whatever_the_key(bool sharded)
    {
        var channel = new RedisKeys("presence", sharded).Feed("*[a]?");

        channel.IsPattern.Should().BeFalse();
        channel.IsSharded.Should().Be(sharded);
        channel.ToString().Should().Be(Keys.Feed("*[a]?").ToString());
    }

    [Fact]
    public void A_key_of_200_characters_of_any_kind_has_names()
    {
        var key = new StringBuilder().Insert(0, "😀", 100).ToString();

        Uri.UnescapeDataString(Keys.Group(key)[0].ToString()).Should().Be($"presence:group:{{{key}}}:entries");
    }

    private static IEnumerable<string> OfNodes =>
        [.. Keys.Nodes.Select(name => name.ToString()), Keys.NodesChannel.ToString(), Keys.GroupsOf("n1.1").ToString(), Keys.GroupsOf("nodes").ToString()];

    private static IEnumerable<string> Names(string key) => Names(key, Keys);

    private static IEnumerable<string> Names(string key, RedisKeys keys) => [.. keys.Group(key).Select(name => name.ToString()), keys.Feed(key).ToString()];
}
