using System.Text;
using CsCheck;
using Djust.Presence.Backends;
using Djust.Presence.Redis.Tests.Groups;
using FluentAssertions;
using Xunit;
using Xunit.Abstractions;

namespace Djust.Presence.Redis.Tests.Fuzzing;

/// <summary>What arrives from Redis: what our own nodes write there, changed at random. It is read as something whole or not at all, and hides nothing that is not changed.</summary>
public sealed class RedisFuzzTests(ITestOutputHelper output)
{
    private const int Payloads = 150_000;

    private readonly Garbage _garbage = new(FuzzSettings.Seed);
    private readonly JsonMutations _json = new(FuzzSettings.Seed);
    private readonly Random _random = new(FuzzSettings.Seed);
    private readonly PCG _pcg = new(1, (ulong)FuzzSettings.Seed);

    [Fact]
    public void Whatever_a_channel_brings_is_read_as_a_whole_or_not_at_all()
    {
        var (count, read) = (0, 0);
        Run(Payloads, round =>
        {
            var change = RandomRecords.Change.Generate(_pcg, null, out var _);
            var owner = new OwnerChange(change.Epoch, change.Version, RandomRecords.OwnerName.Generate(_pcg, null, out var _), [.. change.User.Entries.Select(entry => entry.Ref)]);
            var message = new PresenceMessage(RandomRecords.Text.Generate(_pcg, null, out var _), change.User.Entries[0].Meta.Utf8Json);
            foreach (var good in new[] { Bodies.Change(change, RandomRecords.Newest(change.User)), Bodies.Owner(owner), GroupFormat.WriteMessage(message) })
            {
                var bad = Changed(good);
                Whole.CheckAll(bad);
                count += 1;
                read += GroupFormat.ReadChange(bad) is null ? 0 : 1;
            }

            GroupFormat.ReadChange(Bodies.Change(change, RandomRecords.Newest(change.User)))!.User.Entries.Should().HaveSameCount(change.User.Entries);
        }, perRound: 3);
        output.WriteLine($"{count} messages, of which {read} were changes all the same");
    }

    [Fact]
    public void Fields_of_a_hash_that_are_changed_hide_none_that_are_not()
    {
        const int Entries = 16;
        var (count, skipped) = (0, 0);
        Run(Payloads, round =>
        {
            var listing = new GroupListing("k", Entries);
            var good = new List<(string User, int Ref, string Meta)>();
            EntryRecord? before = null;
            for (var @ref = 1; @ref <= Entries; @ref++)
            {
                var (user, meta) = ($"u{_random.Next(6)}é", RandomRecords.Meta.Generate(_pcg, null, out var _));
                var body = Bodies.Entry("n1.1", $"c{@ref}", user, 1_700_000_000_000, @ref, held: false, "Hub", meta.ToString());
                var isChanged = _random.Next(3) == 0;
                if (!isChanged)
                {
                    good.Add((user, @ref, meta.ToString()));
                }

                if (GroupFormat.ReadEntry(@ref, isChanged ? Changed(body) : body, before) is { } read)
                {
                    listing.Add(read.UserId, read.JoinedAt, read.Entry);
                    Whole.Check(read.Entry.Meta);
                    before = read.Entry;
                }
                else
                {
                    skipped++;
                }

                count++;
            }

            var presences = listing.ToSnapshot("e", round).Presences.ToDictionary(presence => presence.Id, StringComparer.Ordinal);
            foreach (var (user, @ref, meta) in good)
            {
                var shown = presences[user];
                var connection = shown.Connections.Single(connection => connection.Ref == @ref);
                (connection.Meta ?? shown.Meta).ToString().Should().Be(meta);
            }
        }, perRound: Entries);
        output.WriteLine($"{count} fields, of which {skipped} could not be read");
    }

    [Fact]
    public void A_feed_with_changed_messages_among_the_true_ones_lists_everybody_whom_they_are_not_about()
    {
        var (count, readings, forged) = (0, 0, 0);
        Run(Payloads, round =>
        {
            var steps = Enumerable.Range(0, 60).Select(_ => (_random.Next(10), _random.Next(4), _random.Next(3), _random.Next(3))).ToArray();
            var (group, now) = (new FedGroup(), new GroupState("k", string.Empty, 0, []));
            foreach (var message in new RandomFeed().Run(steps))
            {
                var body = message.Change is { } change ? Bodies.Change(change, RandomRecords.Newest(change.User)) : Bodies.Owner(message.Owner!);
                for (var others = _random.Next(3); others > 0; others--, count++)
                {
                    group.TakeForged(Changed(body), now);
                }

                group.TakeTrue(body, message);
                (now, count) = (message.After, count + 1);
            }

            (readings, forged) = (readings + group.Readings, forged + group.Forged);
        }, perRound: 90);
        output.WriteLine($"{count} messages of feeds; {forged} were as good as true ones; the store was read {readings} times");
    }

    [Fact]
    public void Cursors_that_are_told_wrong_touch_none_of_this_nodes_own()
    {
        var (count, heard) = (0, 0);
        Run(Payloads, round =>
        {
            var cursors = new RoomCursors("k", TimeProvider.System, TimeSpan.FromHours(1));
            cursors.Move(7, new CursorPoint(0.5, -0.5), "ada");
            for (var i = 0; i < 100; i++, count++)
            {
                var moves = Enumerable.Range(0, _random.Next(5)).Select(_ => new RoomCursor(_random.Next(1, 9)) { Point = new CursorPoint(_random.NextDouble(), _random.Next(-9, 9)) });
                if (CursorWire.Read(Changed(CursorWire.Message("other", _random.Next(2) == 0, moves, [_random.Next(1, 9)]))) is { } told)
                {
                    cursors.Hear(told);
                    heard++;
                }
            }

            cursors.Local().Should().ContainSingle().Which.Point.Should().Be(new CursorPoint(0.5, -0.5));
            _ = cursors.Take();
            CursorWire.Read(cursors.Tell("me", asks: true, 0)!)!.Moves.Should().Equal(7, 0.5, -0.5);
        }, perRound: 100);
        output.WriteLine($"{count} messages about cursors, of which {heard} could be read");
    }

    [Fact]
    public void Positions_in_the_cache_that_are_changed_hide_none_that_are_not()
    {
        var (count, read) = (0, 0);
        Run(Payloads / 2, round =>
        {
            var position = new CursorPosition(_random.NextDouble(), 1, DateTimeOffset.UnixEpoch, RandomRecords.Meta.Generate(_pcg, null, out var _));
            var good = CursorCacheFormat.WritePositions([KeyValuePair.Create("ada", position)]);
            var bad = Changed(good);
            read += CursorCacheFormat.ReadPositions(bad).Count(found => double.IsFinite(found.Value.X) && found.Value.Meta["name"]?.Length >= 0);
            _ = CursorCacheFormat.ReadNodes(bad);

            // One item is changed, and the other is not.
            var both = Encoding.UTF8.GetBytes($"[{Encoding.UTF8.GetString(_json.Mutated(good[1..^1]))},{Encoding.UTF8.GetString(good[1..^1])}]");
            var found = CursorCacheFormat.ReadPositions(both).ToArray();
            (found.Length == 0 || found[^1].Value == position).Should().BeTrue();
            count += 2;
        }, perRound: 2);
        output.WriteLine($"{count} values of the cache; {read} positions could be read");
    }

    /// <summary>Rounds until there were as many payloads as a run has, or until its time is over.</summary>
    private static void Run(int payloads, Action<int> round, int perRound)
    {
        foreach (var i in FuzzSettings.Rounds(payloads / perRound))
        {
            try
            {
                round(i);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Round {i} of FUZZ_SEED={FuzzSettings.Seed}: {e.Message}", e);
            }
        }
    }

    private byte[] Changed(byte[] good) => _random.Next(10) switch
    {
        0 => _garbage.Noise(),
        1 => _garbage.Salad(),
        < 5 => _garbage.Patched(good),
        >= 8 when good[0] is (byte)'{' or (byte)'[' => _json.Mutated(good),
        _ => _garbage.Damaged(good),
    };
}
