namespace Djust.Presence.EndToEnd.Tests.Cluster.Chaos;

/// <summary>How a user lives.</summary>
internal enum ChaosTemper
{
    /// <summary>Comes, goes and moves all the time: most of that is over before others are told.</summary>
    Restless,

    /// <summary>Stays and is away for long: others are told of each arrival and departure, exactly once.</summary>
    Sleepy,

    /// <summary>Goes nowhere: nobody is told of a leave, unless the user's node ended.</summary>
    Steady,
}
