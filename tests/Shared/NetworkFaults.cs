namespace Djust.Presence.Testing;

/// <summary>What is wrong with the network at a moment.</summary>
internal sealed record NetworkFaults
{
    public TimeSpan DelayToServer { get; init; }

    public TimeSpan DelayToClient { get; init; }

    /// <summary>Where bytes wait.</summary>
    public Direction Held { get; init; }

    /// <summary>Where bytes are lost.</summary>
    public Direction Dropped { get; init; }

    public TimeSpan DelayOf(Direction direction) => direction == Direction.ToServer ? DelayToServer : DelayToClient;
}
