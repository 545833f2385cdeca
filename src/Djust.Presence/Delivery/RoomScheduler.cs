namespace Djust.Presence;

/// <summary>
/// Runs the flushes of all rooms on one timer. A room that was quiet for its interval flushes at once, others when the interval since their
/// last flush is over; quiet rooms cost nothing.
/// </summary>
internal sealed class RoomScheduler : IDisposable
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Room, long> _waiting = new();
    private readonly TimeProvider _time;
    private readonly ILogger<RoomScheduler> _logger;
    private readonly NodeIntake _intake;
    private readonly ITimer _timer;
    private long _armedFor = long.MaxValue;

    public RoomScheduler(TimeProvider time, NodeIntake intake, ILogger<RoomScheduler> logger)
    {
        _time = time;
        _intake = intake;
        _logger = logger;
        _timer = time.CreateTimer(static state => ((RoomScheduler)state!).RunDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ILogger Logger => _logger;

    public TimeProvider Time => _time;

    /// <summary>Whether the node has more to do than it can.</summary>
    public bool IsBehind => _intake.IsBehind;

    public long Now => _time.GetTimestamp();

    /// <summary>How many rooms wait for their interval to end; for tests.</summary>
    internal int WaitingCount
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    public TimeSpan Since(long timestamp) => _time.GetElapsedTime(timestamp);

    /// <summary>Schedules a room that is not scheduled and not flushing.</summary>
    public void Schedule(Room room)
    {
        var now = Now;
        var due = room.LastFlush is { } last ? last + (long)(room.Interval.TotalSeconds * _time.TimestampFrequency) : now;
        if (due <= now)
        {
            Start(room);
            return;
        }

        lock (_gate)
        {
            _waiting.Enqueue(room, due);
            Arm(now);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void RunDue()
    {
        var now = Now;
        lock (_gate)
        {
            _armedFor = long.MaxValue;
            while (_waiting.TryPeek(out var room, out var due) && due <= now)
            {
                _waiting.Dequeue();
                Start(room);
            }

            Arm(now);
        }
    }

    private void Arm(long now)
    {
        if (_waiting.TryPeek(out _, out var due) && due < _armedFor)
        {
            _armedFor = due;
            _timer.Change(_time.GetElapsedTime(now, due), Timeout.InfiniteTimeSpan);
        }
    }

    private void Start(Room room) => ThreadPool.UnsafeQueueUserWorkItem(static state => state.Scheduler.Run(state.Room), (Scheduler: this, Room: room), preferLocal: false);

    private void Run(Room room)
    {
        try
        {
            room.Flush();
        }
        catch (Exception e)
        {
            RoomLog.FlushFailed(_logger, new LogId(room.Key), new LoggedException(e));
        }
    }
}
