namespace Djust.Presence.EndToEnd.Tests.Hosting;

public sealed class HostileSiteFixture() : SampleFixture("Djust.Presence.HostileSite");
