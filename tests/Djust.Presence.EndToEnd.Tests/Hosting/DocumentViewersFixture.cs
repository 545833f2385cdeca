namespace Djust.Presence.EndToEnd.Tests.Hosting;

public sealed class DocumentViewersFixture() : SampleFixture("DocumentViewers");
