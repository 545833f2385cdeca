using System.Globalization;
using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Nodes;

/// <summary>What a reading of the leases says, whatever stands in it.</summary>
public sealed class LeaseTableTests
{
    private const long Asked = 1_000;
    private const long Store = 1_700_000_000_000;

    private static readonly Gen<string> Members = Gen.OneOf(
        Gen.OneOf("", "@", "@s1", "*", "!", "!n1.1", "?", "?n1.1", "?n2.3", "n1.1", "n1.2", "n2.3", "n", ".", ".1", "n1.x", "😀.1"), Gen.String[0, 8]);

    private static readonly Gen<string> Scores = Gen.OneOf(
        Gen.OneOf("", "0", "-1", "nan", "inf", "-inf", "NaN", "Infinity", "∞", "x", "1e3", "1.5", "0x10", "1700000000500"),
        Gen.Long[Store - 100_000, Store + 100_000].Select(score => score.ToString(CultureInfo.InvariantCulture)));

    [Fact]
    public void Times_of_the_store_are_told_as_times_of_this_node()
    {
        var table = Table("n1.1", Store + 500, "n2.1", Store - 200);

        table.EndOf("n1.1").Should().Be(Asked + 500);
        table.EndOf("n2.1").Should().Be(Asked - 200);
        table.EndOf("n3.1").Should().BeNull();
        table.Local(Store + 7).Should().Be(Asked + 7);
        table.Owners.Should().BeEquivalentTo("n1.1", "n2.1");
    }

    [Fact]
    public void Each_kind_of_member_is_told_by_its_mark()
    {
        var table = Table("@s1", 9_000_000_000_000_000, "*", Store + 9, "!n1.1", Store, "?n2.1", Store + 5, "n2.1", Store + 5);

        (table.StoreId, table.NextDeadline).Should().Be(("@s1", Store + 9));
        table.Dead.Should().Equal("n1.1");
        table.Owners.Should().Equal("n2.1");
    }

    [Fact]
    public void Members_of_any_kind_with_scores_of_any_kind_break_nothing() =>
        Gen.Select(Members, Scores).Array[0, 8].Sample(pairs =>
        {
            var table = new LeaseTable(Asked, Store, [.. pairs.SelectMany(pair => new[] { pair.Item1, pair.Item2 })]);

            Use(table);
            table.Owners.Should().NotContain(owner => table.EndOf(owner) == null || owner.Length == 0 || "@*!?".Contains(owner[0]));
        }, iter: 1_000);

    [Theory]
    [InlineData("9000000000000000")]
    [InlineData("-9000000000000000")]
    [InlineData("1e300")]
    [InlineData("-1e300")]
    public void A_score_that_no_clock_will_ever_show_breaks_nothing(string score)
    {
        Use(new LeaseTable(Asked, Store, ["n1.1", score]));
        Use(new LeaseTable(Asked, Store, ["*", score]));
        (score[0] == '-' && new LeaseTable(Asked, Store, ["n1.1", score]).EndOf("n1.1") > Asked).Should().BeFalse("what has ended is not alive");
    }

    [Fact]
    public void A_member_without_a_score_is_skipped()
    {
        var table = new LeaseTable(Asked, Store, ["n1.1", "1700000000500", "n2.1"]);

        table.Owners.Should().Equal("n1.1");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("nan")]
    [InlineData("inf")]
    [InlineData("-inf")]
    [InlineData("1e999")]
    public void A_score_that_is_no_moment_is_skipped(string score)
    {
        var table = new LeaseTable(Asked, Store, ["n1.1", score, "*", score, "n2.1", "1700000000500"]);

        table.Owners.Should().Equal("n2.1");
        table.NextDeadline.Should().BeNull();
    }

    [Fact]
    public void What_ends_next_is_the_earliest_that_is_not_ones_own()
    {
        Table("n1.1", Store + 100, "n2.1", Store + 300).NextExpiry("n1.1", _ => null).Should().Be(TimeSpan.FromMilliseconds(300));
        Table("n1.1", Store + 100, "n2.1", Store + 300).NextExpiry(null, _ => null).Should().Be(TimeSpan.FromMilliseconds(100));
        Table("n1.1", Store + 100, "*", Store + 200).NextExpiry("n1.1", _ => null).Should().Be(TimeSpan.FromMilliseconds(200));
        Table("n1.1", Store + 100).NextExpiry("n1.1", _ => null).Should().BeNull();
        LeaseTable.Empty.NextExpiry(null, _ => null).Should().BeNull();
    }

    [Fact]
    public void What_has_ended_or_is_being_swept_is_due_now()
    {
        Table("n2.1", Store - 5).NextExpiry("n1.1", _ => null).Should().Be(TimeSpan.Zero);
        Table("!n2.1", Store - 5).NextExpiry("n1.1", _ => null).Should().Be(TimeSpan.Zero);
        Table("*", Store - 5).NextExpiry("n1.1", _ => null).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void A_table_is_worse_where_a_lease_is_missing_or_ends_sooner()
    {
        var before = Table("n1.1", Store + 100, "n2.1", Store + 300);

        before.IsWorseThan(before).Should().BeFalse();
        Table("n1.1", Store + 200, "n2.1", Store + 300, "n3.1", Store).IsWorseThan(before).Should().BeFalse();
        Table("n1.1", Store + 99, "n2.1", Store + 300).IsWorseThan(before).Should().BeTrue();
        Table("n1.1", Store + 100).IsWorseThan(before).Should().BeTrue();
        before.IsWorseThan(LeaseTable.Empty).Should().BeFalse();
    }

    private static void Use(LeaseTable table)
    {
        _ = table.NextExpiry(null, _ => null);
        _ = table.NextExpiry("n1.1", _ => null);
        _ = table.IsWorseThan(LeaseTable.Empty);
        _ = LeaseTable.Empty.IsWorseThan(table);
    }

    private static LeaseTable Table(params object[] members) =>
        new(Asked, Store, [.. members.Select(member => Convert.ToString(member, CultureInfo.InvariantCulture)!)]);
}
