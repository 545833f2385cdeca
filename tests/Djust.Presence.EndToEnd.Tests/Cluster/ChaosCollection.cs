using Xunit;

namespace Djust.Presence.EndToEnd.Tests.Cluster;

/// <summary>Takes a small machine for itself: nothing that measures time runs beside it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChaosCollection
{
    public const string Name = "Chaos";
}
