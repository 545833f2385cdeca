using Xunit;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>
/// A test that gives processes another date. On a developer's machine it is skipped where Debian's package faketime is not installed; with CI
/// set, as test.sh does after it has installed the package, it runs and fails without.
/// </summary>
internal sealed class ShiftedClockFactAttribute : FactAttribute
{
    public ShiftedClockFactAttribute() =>
        Skip = ShiftedNode.Library is null && Environment.GetEnvironmentVariable("CI") is not { Length: > 0 } ? "apt-get install faketime" : null;
}
