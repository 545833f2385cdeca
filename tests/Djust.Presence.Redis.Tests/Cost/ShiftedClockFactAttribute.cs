using Xunit;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>A test that gives processes another date; skipped where Debian's package faketime is not installed.</summary>
internal sealed class ShiftedClockFactAttribute : FactAttribute
{
    public ShiftedClockFactAttribute() => Skip = ShiftedNode.Library is null ? "apt-get install faketime" : null;
}
