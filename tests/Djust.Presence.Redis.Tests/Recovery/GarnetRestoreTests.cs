using Djust.Presence.Redis.Tests.Hosting;
using Xunit;

namespace Djust.Presence.Redis.Tests.Recovery;

/// <summary>On Garnet in this process.</summary>
public sealed class GarnetRestoreTests(GarnetFixture garnet) : RestoreTests, IClassFixture<GarnetFixture>
{
    protected override string Endpoint => garnet.Endpoint;
}
