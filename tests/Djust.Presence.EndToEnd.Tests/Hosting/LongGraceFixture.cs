namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>For tests in which a page has to be back within the grace: a browser on a loaded machine may need more than the two seconds that are usual.</summary>
public sealed class LongGraceFixture() : SampleFixture("DocumentViewers", "--Presence:LeaveGracePeriod=00:00:06");
