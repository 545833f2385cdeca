using CsCheck;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Nodes;

/// <summary>How long the leases of others count after the store was away.</summary>
public sealed class SparedLeasesTests
{
    private const long Asked = 1_000;
    private const long Store = 1_700_000_000_000;
    private const long Timeout = 9_000;

    /// <summary>Some time after the store was read last.</summary>
    private const long Now = Asked + 700;

    [Fact]
    public void A_lease_that_was_renewed_not_long_before_gets_a_whole_one() =>
        Spare(Table("o.1", (Timeout / 2) + 1)).EndOf("o.1").Should().Be(Now + Timeout);

    [Fact]
    public void One_that_was_half_dead_gets_what_was_left() =>
        Spare(Table("o.1", Timeout / 4)).EndOf("o.1").Should().Be(Now + (Timeout / 4));

    [Fact]
    public void One_that_had_run_out_gets_nothing()
    {
        var spared = Spare(Table("o.1", -1, "p.1", 0));

        spared.Owners.Should().BeEmpty();
        spared.EndOf("o.1").Should().BeNull();
        spared.At(Now).Should().BeEmpty();
    }

    [Fact]
    public void Ones_own_are_never_spared() =>
        Spare(Table("me.1", Timeout, "me.2", Timeout, "me.x.1", Timeout), Table("me.1", Timeout)).Owners.Should().Equal("me.x.1");

    [Fact]
    public void Each_is_spared_until_its_own_time_is_over()
    {
        var spared = Spare(Table("o.1", Timeout, "p.1", 10));

        spared.At(Now).Should().BeEquivalentTo(["o.1", "p.1"]);
        spared.At(Now + 10).Should().Equal("o.1");
        spared.At(Now + Timeout).Should().BeEmpty();
    }

    /// <summary>Whatever happens: a lease that is never heard of again ends a whole lease after the first interruption at the latest.</summary>
    [Fact]
    public void Interruptions_in_a_row_never_add_up() => Gen.Select(Gen.Long[-100, Timeout], Gen.Select(Gen.Long[0, Timeout], Gen.Bool).Array[1, 8]).Sample((left, pauses) =>
    {
        var (now, table, spared) = (Now, Table("o.1", left), SparedLeases.None);
        var latest = now + (left > Timeout / 2 ? Timeout : Math.Max(0, left));
        foreach (var (pause, isVouched) in pauses)
        {
            spared = spared.With(table, LeaseTable.Empty, now, Timeout, "me");

            (spared.EndOf("o.1") ?? 0).Should().BeLessThanOrEqualTo(latest);

            // Back, and gone again. It was read last some time after its return; the lease was not there, or only because others spare it too.
            now += pause;
            table = new LeaseTable(now, Store, isVouched && spared.EndOf("o.1") is { } end ? ["o.1", $"{Store + end - now}"] : []);
        }
    }, iter: 1_000);

    [Fact]
    public void What_was_forgotten_counts_only_where_nothing_newer_is_known()
    {
        var forgotten = Table("o.1", Timeout, "p.1", Timeout / 4);

        Spare(Table("o.1", 10), forgotten).EndOf("o.1").Should().Be(Now + 10);
        Spare(Table("o.1", 0), forgotten).EndOf("o.1").Should().BeNull("it has run out since");
        Spare(Table("q.1", 10), forgotten).EndOf("o.1").Should().Be(Now + Timeout);
        Spare(Table("q.1", 10), forgotten).EndOf("p.1").Should().Be(Now + (Timeout / 4));
    }

    [Fact]
    public void Of_what_the_store_says_and_what_was_spared_the_later_counts()
    {
        var spared = Spare(Table("o.1", 200));

        spared.With(Table("o.1", 2_000), LeaseTable.Empty, Now, Timeout, "me").EndOf("o.1").Should().Be(Now + 2_000);
        spared.With(Table("q.1", 10), LeaseTable.Empty, Now, Timeout, "me").EndOf("o.1").Should().Be(Now + 200 + Now - Asked, "nobody has read anything since");
    }

    private static SparedLeases Spare(LeaseTable last, LeaseTable? forgotten = null) =>
        SparedLeases.None.With(last, forgotten ?? LeaseTable.Empty, Now, Timeout, "me");

    /// <summary>Leases, and how much is left of each.</summary>
    private static LeaseTable Table(params object[] leases) =>
        new(Asked, Store, [.. leases.Select(part => part is string owner ? owner : $"{Store + Convert.ToInt64(part, null)}")]);
}
