using System.Text;
using Djust.Presence.Backends;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>Others can write to the same Redis: whatever they write is null or a record that is whole, and never an exception.</summary>
public sealed class GroupFormatGarbageTests
{
    private const int Inputs = 50_000;

    private static readonly UserRecord User = new("Zoë", DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000),
    [
        new EntryRecord(3, "n1.1", 0, 5, PresenceMeta.From(new { name = "Zoë", n = 1 })),
        new EntryRecord(7, "", 1_700_000_060_000, 4, PresenceMeta.From(new { name = "Z" })),
    ]);

    private static readonly byte[] Change = Bodies.Change(new GroupChange("e1", 42, PresenceChangeKind.Update, PresenceChangeReason.Requested, "Hub", User, 3), User.Entries[0].Meta);
    private static readonly byte[] Owner = Bodies.Owner(new OwnerChange("e1", 42, "n1.2", [3, 7]));
    private static readonly byte[] Entry = Bodies.Entry("n1.1", "c1", "Zoë", 1_700_000_000_000, 5, false, "Hub", "{\"name\":\"Zoë\"}");
    private static readonly byte[] Message = GroupFormat.WriteMessage(new PresenceMessage("flash", "{\"a\":[1,\"😀\"]}"u8.ToArray()));

    [Fact]
    public void Noise_is_null_or_a_whole_record() => Feed(garbage => garbage.Noise());

    [Fact]
    public void Lines_that_make_no_sense_together_are_null_or_a_whole_record() => Feed(garbage => garbage.Salad());

    [Fact]
    public void Bodies_with_a_wrong_line_are_null_or_a_whole_record() => Feed((garbage, good) => garbage.Patched(good));

    [Fact]
    public void Damaged_bodies_are_null_or_a_whole_record() => Feed((garbage, good) => garbage.Damaged(good));

    [Fact]
    public void A_body_that_was_cut_off_is_null_or_has_only_entries_that_are_whole()
    {
        for (var length = 0; length < Change.Length; length++)
        {
            var read = GroupFormat.ReadChange(Change.AsMemory(0, length));

            // Where a cut leaves an empty line, that is an entry with the meta of its user.
            var most = Change[length - 1 < 0 ? 0 : length - 1] == (byte)'\n' ? 2 : 1;
            (read?.User.Entries.Length ?? 1).Should().BeInRange(1, most, $"{length} bytes were read");
            read?.User.Entries[0].Should().Be(User.Entries[0]);
        }
    }

    [Theory]
    [InlineData(0, "d")]
    [InlineData(0, "cc")]
    [InlineData(1, "")]
    [InlineData(2, "-1")]
    [InlineData(2, "")]
    [InlineData(2, "1.0")]
    [InlineData(2, " 1")]
    [InlineData(2, "9223372036854775808")]
    [InlineData(3, "x")]
    [InlineData(3, "")]
    [InlineData(6, "")]
    [InlineData(7, "253402300800000")]
    [InlineData(7, "-1")]
    [InlineData(7, "soon")]
    [InlineData(9, "")]
    [InlineData(9, "[]")]
    [InlineData(9, "null")]
    [InlineData(9, "{")]
    [InlineData(9, "{}{}")]
    [InlineData(9, "{\"a\":1,}")]
    [InlineData(9, "{/**/}")]
    [InlineData(10, "0")]
    [InlineData(10, "2147483648")]
    [InlineData(10, "x")]
    [InlineData(12, "x")]
    [InlineData(13, "x")]
    [InlineData(14, "7")]
    public void A_change_with_a_line_that_does_not_fit_is_null(int line, string text) => GroupFormat.ReadChange(Bodies.With(Change, line, text)).Should().BeNull();

    [Theory]
    [InlineData(2, "")]
    [InlineData(3, "soon")]
    [InlineData(3, "253402300800000")]
    [InlineData(4, "-5")]
    [InlineData(5, "2")]
    [InlineData(5, "")]
    [InlineData(7, "")]
    [InlineData(7, "\"text\"")]
    [InlineData(7, "{}\nmore")]
    public void An_entry_with_a_line_that_does_not_fit_is_null(int line, string text) => GroupFormat.ReadEntry(1, Bodies.With(Entry, line, text)).Should().BeNull();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_entry_under_a_field_that_is_no_number_is_null(int @ref) => GroupFormat.ReadEntry(@ref, Entry).Should().BeNull();

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "x")]
    [InlineData(4, "")]
    [InlineData(4, "3 x")]
    [InlineData(4, "3  7")]
    [InlineData(4, "0")]
    [InlineData(4, "-3")]
    [InlineData(4, "99999999999")]
    public void Another_owner_with_a_line_that_does_not_fit_is_null(int line, string text) => GroupFormat.ReadOwnerChange(Bodies.With(Owner, line, text)).Should().BeNull();

    [Theory]
    [InlineData("m")]
    [InlineData("m\n")]
    [InlineData("m\n\"e\"")]
    [InlineData("m\n\"e\"\n")]
    [InlineData("m\nnull\n1")]
    [InlineData("m\n1\n1")]
    [InlineData("m\n\"e\"\n{")]
    [InlineData("m\n\"\\ud800\"\n1")]
    [InlineData("m\n[\"e\"]\n1")]
    public void An_event_that_does_not_fit_is_null(string body) => GroupFormat.ReadMessage(Encoding.UTF8.GetBytes(body)).Should().BeNull();

    [Fact]
    public void Every_line_of_a_change_and_of_an_entry_is_needed()
    {
        Enumerable.Range(0, 15).Should().AllSatisfy(line => GroupFormat.ReadChange(Bodies.Without(Change, line)).Should().BeNull($"line {line} is missing"));
        Enumerable.Range(0, 8).Should().AllSatisfy(line => GroupFormat.ReadEntry(1, Bodies.Without(Entry, line)).Should().BeNull($"line {line} is missing"));
    }

    [Fact]
    public void A_field_that_is_there_twice_counts_once()
    {
        var read = GroupFormat.ReadEntry(1, Bodies.With(Entry, 7, "{\"name\":\"first\",\"name\":\"second\"}"));

        read!.Value.Entry.Meta["name"].Should().Be("second");
    }

    [Fact]
    public void A_meta_of_any_depth_does_not_break_its_reader()
    {
        var read = Enumerable.Range(1, 100).Append(100_000).Select(depth =>
        {
            var meta = string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);
            return GroupFormat.ReadEntry(1, Bodies.With(Entry, 7, meta));
        }).ToArray();

        read.Take(8).Should().NotContainNulls("applications may nest as deep");
        read.OfType<(string UserId, DateTimeOffset JoinedAt, EntryRecord Entry)>().Should().AllSatisfy(entry => Whole.Check(entry.Entry.Meta));
        read[^1].Should().BeNull();
    }

    private static void Feed(Func<Garbage, byte[]> make) => Feed((garbage, _) => make(garbage));

    private static void Feed(Func<Garbage, byte[], byte[]> make)
    {
        const int Seed = 20_260_117;
        var garbage = new Garbage(Seed);
        byte[][] good = [Change, Owner, Entry, Message];
        for (var i = 0; i < Inputs; i++)
        {
            var body = make(garbage, good[i % good.Length]);
            try
            {
                Whole.CheckAll(body);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Input {i} of seed {Seed}, {Convert.ToHexString(body)}: {e.Message}", e);
            }
        }
    }
}
