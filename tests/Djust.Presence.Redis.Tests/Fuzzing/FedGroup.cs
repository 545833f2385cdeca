using Djust.Presence.Redis.Tests.Groups;

namespace Djust.Presence.Redis.Tests.Fuzzing;

/// <summary>
/// A group that a node follows as it does in production: each message of the feed is read and taken, and where one is missing the store is read.
/// Whom a forged message was about is not known any more until then, nor whoever a true one was about that came for a version that a forged one took.
/// </summary>
internal sealed class FedGroup
{
    private readonly GroupReplica _replica = new("k", "l.", new StrictObserver());
    private readonly HashSet<string> _doubtful = new(StringComparer.Ordinal);
    private bool _isForged;

    public FedGroup() => _replica.Reset(new GroupState("k", string.Empty, 0, []), []);

    /// <summary>How often the store was read.</summary>
    public int Readings { get; private set; }

    /// <summary>How many mutated messages were as good as true ones.</summary>
    public int Forged { get; private set; }

    /// <summary>Takes bytes that somebody else wrote.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="now">What is in the store.</param>
    public void TakeForged(byte[] body, GroupState now)
    {
        var (step, user) = Take(body);
        if (step == GroupStep.Hole)
        {
            Read(now);
        }
        else if (step is GroupStep.Applied or GroupStep.AppliedAnew && user is not null)
        {
            (_isForged, Forged) = (true, Forged + 1);
            _doubtful.Add(user);
        }
    }

    /// <summary>Takes a message of the store's.</summary>
    public void TakeTrue(byte[] body, FeedMessage message)
    {
        var (step, user) = Take(body);
        if (step is null || (step == GroupStep.Hole && !_isForged))
        {
            throw new InvalidOperationException($"A true message was {step?.ToString() ?? "not read"}.");
        }

        if (step == GroupStep.Hole)
        {
            Read(message.After);
        }
        else if (step == GroupStep.Known && user is not null)
        {
            _doubtful.Add(user);
        }

        Check(message);
    }

    /// <summary>Everybody whom no forged message was about is listed as they are.</summary>
    private void Check(FeedMessage message)
    {
        bool IsCertain(string line) => !_doubtful.Any(user => line.StartsWith(user + ": ", StringComparison.Ordinal));
        var shown = Looks.Of(_replica.View);
        Looks.Same(_isForged ? shown.Where(IsCertain).Order(StringComparer.Ordinal) : shown, _isForged ? message.Listed.Where(IsCertain).Order(StringComparer.Ordinal) : message.Listed);
        if (_replica.View.Count != _replica.View.Presences.Count)
        {
            throw new InvalidOperationException("The count is not the length of the list.");
        }
    }

    private void Read(GroupState now)
    {
        _replica.Reset(new GroupState("k", now.Epoch, now.Version, now.Users), []);
        _doubtful.Clear();
        (_isForged, Readings) = (false, Readings + 1);
    }

    private (GroupStep? Step, string? User) Take(byte[] body)
    {
        switch (body.Length == 0 ? 0 : body[0])
        {
            case GroupFormat.Change:
                return GroupFormat.ReadChange(body) is { Kind: not null } change ? (_replica.Take(change), change.User.Id) : default;
            case GroupFormat.OwnerChange:
                return GroupFormat.ReadOwnerChange(body) is { } owner ? (_replica.Take(owner), null) : default;
            default:
                Whole.CheckAll(body);
                return default;
        }
    }
}
