namespace Djust.Presence.EndToEnd.Tests.Hosting;

public sealed class WhiteboardFixture() : SampleFixture("Whiteboard");
