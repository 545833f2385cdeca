using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Diagnostics;

/// <summary>The log of the Redis backend keeps to the rules of the core's.</summary>
public sealed class LogTests
{
    [Fact]
    public void No_message_takes_a_text_that_a_client_chose_or_a_whole_exception()
    {
        LogRules.Messages(typeof(RedisPresenceBackend).Assembly).Should().HaveCountGreaterThan(5);
        LogRules.BrokenBy(typeof(RedisPresenceBackend).Assembly).Should().BeEmpty();
    }

    [Fact]
    public void Nothing_is_written_but_in_such_messages() => LogRules.PassedBy(typeof(RedisPresenceBackend).Assembly).Should().BeEmpty();

    [Fact]
    public void Each_message_has_an_id_of_its_own_in_the_core_too() =>
        LogRules.Messages(typeof(RedisPresenceBackend).Assembly).Concat(LogRules.Messages(typeof(PresenceHub).Assembly))
            .Select(message => message.Message.EventId).Should().OnlyHaveUniqueItems();
}
