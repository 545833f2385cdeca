using System.Diagnostics;
using Djust.Presence.EndToEnd.Tests.Cluster.Hosting;
using Djust.Presence.EndToEnd.Tests.Cluster.Protocol;

namespace Djust.Presence.EndToEnd.Tests.Cluster.Chaos;

/// <summary>Holds what every client was told against what really happened.</summary>
internal sealed class ChaosVerdict(ChaosWorld world)
{
    /// <summary>
    /// How late somebody can be told of something, at worst: two of the longest faults, one after the other. For as long, whoever follows another
    /// node than before is told of differences between the two. Where faults come one after the other without an end, it is the time between them
    /// that counts: <see cref="IsDue"/>.
    /// </summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(15);

    /// <summary>What may pass beside a lease until a leave is told: the grace, and a message on its way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>How much of a story is shown before and after its point.</summary>
    private static readonly TimeSpan Scene = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, ChaosUser> _users = world.Users.ToDictionary(user => user.Id);

    public long EventsChecked { get; private set; }

    /// <summary>Everything that cannot be: one line for a user and a kind of mistake, however many clients were told.</summary>
    public IReadOnlyList<string> Find() =>
    [
        .. world.Users.SelectMany(user => user.Tabs).SelectMany(Find)
            .GroupBy(finding => (finding.What, finding.User))
            .Select(same => (First: same.MinBy(finding => finding.At)!, Clients: same.Select(finding => finding.Tab).Distinct().Count()))
            .OrderBy(same => same.First.At)
            .Select(same => $"{world.At(same.First.At)} {same.First} (told {same.Clients} tabs): {same.First.Story}"),
    ];

    private IEnumerable<ChaosFinding> Find(ChaosTab tab)
    {
        var events = tab.Client.Events;
        EventsChecked += events.Count;
        foreach (var violation in tab.Client.Violations)
        {
            yield return new ChaosFinding(violation.What, string.Empty, violation.At, tab, string.Empty);
        }

        foreach (var disorder in EventStream.Disorder(events))
        {
            yield return new ChaosFinding(disorder, string.Empty, events[^1].At, tab, string.Empty);
        }

        foreach (var call in tab.Client.Failures)
        {
            yield return new ChaosFinding($"a call failed: {call.Message}", tab.User.ToString(), call.At, tab, string.Empty);
        }

        foreach (var about in events.GroupBy(happened => happened.UserId))
        {
            if (!_users.TryGetValue(about.Key, out var user))
            {
                yield return new ChaosFinding("nobody has this id", about.Key, about.First().At, tab, string.Empty);
                continue;
            }

            foreach (var happened in Uncaused(EventKind.Join, user.Arrivals).Concat(Uncaused(EventKind.Leave, user.Departures)))
            {
                yield return new ChaosFinding($"a {happened.Kind} that nothing explains", user.ToString(), happened.At, tab, Story(about, happened, user));
            }

            if (user.Temper == ChaosTemper.Steady && Segments(about, tab.Switches).Select(segment => Regression(segment, user.Ends)).FirstOrDefault(regression => regression is not null) is { } older)
            {
                yield return new ChaosFinding("an older name after a newer one", user.ToString(), older.At, tab, Story(about, older, user));
            }

            IEnumerable<UserEvent> Uncaused(EventKind kind, IReadOnlyList<long> causes) => Unexplained(
                about.Where(happened => happened.Kind == kind && !happened.IsCatchingUp && !tab.UncertainSwitches.Any(time => IsShortlyAfter(time, happened.At))),
                causes);
        }
    }

    /// <summary>Each event has a cause of its own, and not one of long ago.</summary>
    private IEnumerable<UserEvent> Unexplained(IEnumerable<UserEvent> events, IReadOnlyList<long> causes)
    {
        var next = 0;
        foreach (var happened in events)
        {
            while (next < causes.Count && causes[next] <= happened.At && !IsShortlyAfter(causes[next], happened.At))
            {
                next++;
            }

            if (next < causes.Count && causes[next] <= happened.At)
            {
                next++;
            }
            else
            {
                yield return happened;
            }
        }
    }

    private bool IsShortlyAfter(long cause, long time) => time >= cause && (Stopwatch.GetElapsedTime(cause, time) < Lateness || IsDue(cause, time));

    /// <summary>Whether no more time without a fault has passed than a lease and the grace take.</summary>
    private bool IsDue(long cause, long time) => world.Undelayed(world.DueFrom(cause, time), time) < world.Settings.NodeTimeout + Grace;

    /// <summary>
    /// Cut where the tab began to follow another node: that one may know an older name. A leave has the name that the tab knew before, perhaps from
    /// another node, so it says nothing. Only of users who stay: of one who moved and left again the
    /// connection before is all that a node knows which is away from the others, and that has an older name.
    /// </summary>
    private static IEnumerable<List<UserEvent>> Segments(IEnumerable<UserEvent> events, IReadOnlyList<long> switches) =>
        events.Where(happened => happened.Kind != EventKind.Leave).GroupBy(happened => switches.Count(time => time <= happened.At)).Select(segment => segment.ToList());

    /// <summary>
    /// A name that is older than the one before it, unless two connections of the user have ended shortly before: the first one with its node, so that
    /// its entry lives until that node's lease ends, and then the one with the newer name. What is left then has the older name.
    /// </summary>
    private UserEvent? Regression(List<UserEvent> events, IReadOnlyList<long> ends) =>
        events.Zip(events.Skip(1)).FirstOrDefault(pair =>
            ChaosUser.Revision(pair.First.Name) > ChaosUser.Revision(pair.Second.Name) && ends.Count(end => IsShortlyAfter(end, pair.Second.At)) < 2).Second;

    private string Story(IEnumerable<UserEvent> events, UserEvent point, ChaosUser user)
    {
        var told = events.Where(happened => IsInScene(happened.At)).Select(happened => $"{world.At(happened.At).Trim()} {happened.Kind} {happened.Name}");
        return $"{string.Join("; ", told)} (arrivals {Times(user.Arrivals)}, departures {Times(user.Departures)})";

        string Times(IEnumerable<long> times) => string.Join(" ", times.Where(IsInScene).Select(time => world.At(time).Trim()));

        bool IsInScene(long time) => Stopwatch.GetElapsedTime(point.At, time).Duration() < Scene;
    }
}
