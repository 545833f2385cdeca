using Xunit;

namespace Djust.Presence.Tests.Delivery;

/// <summary>Tests that look at the memory of the whole process: what other tests keep meanwhile would be taken for theirs.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCollection
{
    public const string Name = "memory";
}
