namespace Djust.Presence.EndToEnd.Tests.Hosting;

public sealed class ChatRoomFixture() : SampleFixture("ChatRoom");
