using System.Globalization;

namespace Djust.Presence;

/// <summary>
/// What the store says of all nodes at one moment. Its times are the store's; they are compared with how much time has passed on this
/// node's monotonic clock since it was asked, so that no node's idea of the date matters. Immutable.
/// </summary>
internal sealed class LeaseTable
{
    public static readonly LeaseTable Empty = new(0, 0, []);

    /// <summary>The end of the year 9999, in ms.</summary>
    private const double LastMoment = 253_402_300_799_999;

    private readonly Dictionary<string, long> _ends = new(StringComparer.Ordinal);
    private readonly List<string> _dead = [];

    /// <param name="askedAt">When the store was asked, as ms of this node's monotonic clock.</param>
    /// <param name="storeTime">What it answered, in ms of its clock.</param>
    /// <param name="members">The members of the zset and their scores, as the store lists them.</param>
    public LeaseTable(long askedAt, long storeTime, IReadOnlyList<string> members)
    {
        AskedAt = askedAt;
        StoreTime = storeTime;
        for (var i = 0; i + 1 < members.Count; i += 2)
        {
            var (name, score) = (members[i], Score(members[i + 1]));
            if (name.Length == 0 || score is null)
            {
                continue;
            }

            switch (name[0])
            {
                case '@':
                    StoreId ??= name;
                    break;
                case '*':
                    NextDeadline = score;
                    break;
                case '!':
                    _dead.Add(name[1..]);
                    break;
                case '?':
                    // Matters to the scripts only.
                    break;
                default:
                    _ends[name] = score.Value;
                    break;
            }
        }
    }

    public long AskedAt { get; }

    public long StoreTime { get; }

    /// <summary>Tells one life of the store from the next.</summary>
    public string? StoreId { get; }

    /// <summary>A moment at or before the next end of a heartbeat.</summary>
    public long? NextDeadline { get; }

    /// <summary>Owners that have been found dead and whose entries are being swept.</summary>
    public IReadOnlyList<string> Dead => _dead;

    public IEnumerable<string> Owners => _ends.Keys;

    /// <summary>When a lease ends, as ms of this node's clock; null for an owner that has none.</summary>
    public long? EndOf(string owner) => _ends.TryGetValue(owner, out var end) ? Local(end) : null;

    public long Local(long storeTime) => AskedAt + (storeTime - StoreTime);

    /// <summary>Whether the node of a lease has gone on with another one.</summary>
    public bool HasLater(string owner) => _ends.Keys.Concat(_dead).Any(other =>
        Owner.NodeOf(other) == Owner.NodeOf(owner) && Owner.LifeOf(other) > Owner.LifeOf(owner));

    /// <summary>Whether a lease that <paramref name="before"/> had has ended, or ends sooner than it said: what was concluded from it may be wrong.</summary>
    public bool IsWorseThan(LeaseTable before) =>
        before._ends.Any(lease => !_ends.TryGetValue(lease.Key, out var end) || end < lease.Value);

    /// <summary>How long until something ends of what others have; zero where something has ended already, null where there is nothing.</summary>
    /// <param name="own">This node's lease, which does not count.</param>
    /// <param name="spared">Until when a lease is spared at least, by the store's clock, or null.</param>
    public TimeSpan? NextExpiry(string? own, Func<string, long?> spared)
    {
        if (_dead.Count > 0)
        {
            return TimeSpan.Zero;
        }

        var next = Math.Min(NextDeadline ?? long.MaxValue, _ends.Where(lease => lease.Key != own).Select(lease => Math.Max(lease.Value, spared(lease.Key) ?? 0)).DefaultIfEmpty(long.MaxValue).Min());
        return next == long.MaxValue ? null : TimeSpan.FromMilliseconds(Math.Max(0, next - StoreTime));
    }

    /// <summary>A moment, cut to what a clock can show: scores are doubles, and others may have written them.</summary>
    private static long? Score(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && double.IsFinite(score) ? (long)Math.Clamp(score, 0, LastMoment) : null;
}
