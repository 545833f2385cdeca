using System.Diagnostics;
using System.Net.WebSockets;

namespace Djust.Presence.Benchmarks;

/// <summary>People in a room who move their pointers, and now and then change their names; some of them look at every position.</summary>
internal sealed class HonestRoom : IDisposable
{
    private const int People = 50;
    private const int Decoders = 5;
    private const int MovesPerSecond = 20;

    /// <summary>How many moves after its last a person changes its name.</summary>
    private const int MovesPerName = 5 * MovesPerSecond;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1.0 / MovesPerSecond);

    private readonly CursorClient[] _people;
    private readonly Dictionary<int, CursorClient> _byRef;
    private readonly Dictionary<int, string> _names = [];
    private readonly BenchmarkServer _server;

    private HonestRoom(BenchmarkServer server, CursorClient[] people)
    {
        (_server, _people) = (server, people);
        _byRef = people.ToDictionary(person => person.Ref);
        Array.ForEach(people, person => person.Movers = [.. _byRef.Keys]);
    }

    public static async Task<HonestRoom> OpenAsync(BenchmarkServer server)
    {
        var people = new CursorClient[People];
        for (var i = 0; i < People; i++)
        {
            people[i] = await CursorClient.ConnectAsync(server, decodes: i < Decoders);
        }

        return new HonestRoom(server, people);
    }

    /// <summary>Everybody moves for some time.</summary>
    /// <returns>The ages of the positions that were seen meanwhile, in milliseconds.</returns>
    public async Task<double[]> MoveAsync(TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(_people.Select((person, at) => MoveAsync(person, at, duration)));
        return [.. _people.Take(Decoders).SelectMany(Seen).Where(seen => seen.At >= started).Select(seen => Measure.Milliseconds(_byRef[seen.Ref].SentAt[seen.Move - 1], seen.At))];
    }

    /// <summary>How many last positions, last names and connections are missing, once everything has had time to arrive.</summary>
    public async Task<int> LostAsync()
    {
        var deadline = Environment.TickCount64 + 10_000;
        int lost;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            using var late = await CursorClient.ConnectAsync(_server, decodes: false).WaitAsync(TimeSpan.FromSeconds(20));
            lost = _people.Count(person => person.IsClosed)
                + _names.Count(name => late.Names.GetValueOrDefault(name.Key) != name.Value)
                + _people.Take(Decoders).Sum(viewer => _people.Count(mover => mover != viewer && viewer.Last.GetValueOrDefault(mover.Ref) != mover.SentAt.Count));
        }
        while (lost > 0 && Environment.TickCount64 < deadline);

        return lost;
    }

    public void Dispose() => Array.ForEach(_people, person => person.Dispose());

    private static List<(int Ref, int Move, long At)> Seen(CursorClient person)
    {
        lock (person.Seen)
        {
            return [.. person.Seen];
        }
    }

    private async Task MoveAsync(CursorClient person, int at, TimeSpan duration)
    {
        await Task.Delay(Interval * at / People);
        using var timer = new PeriodicTimer(Interval);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration && !person.IsClosed)
        {
            try
            {
                await person.MoveAsync();
            }
            catch (WebSocketException)
            {
                // The server has ended it, which is counted as a loss.
                return;
            }

            if ((person.SentAt.Count + (at * MovesPerName / People)) % MovesPerName == 0)
            {
                var name = $"Person {at} for the {person.SentAt.Count / MovesPerName}th time";
                lock (_names)
                {
                    _names[person.Ref] = name;
                }

                await person.RenameAsync(name);
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
