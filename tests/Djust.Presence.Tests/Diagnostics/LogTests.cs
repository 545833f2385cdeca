using System.Net.Sockets;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Diagnostics;

/// <summary>A log says what happened, and to which group and user for whoever knows them; it does not say who is where.</summary>
public sealed class LogTests
{
    [Fact]
    public void No_message_takes_a_text_that_a_client_chose_or_a_whole_exception()
    {
        LogRules.Messages(typeof(PresenceHub).Assembly).Should().HaveCountGreaterThan(10);
        LogRules.BrokenBy(typeof(PresenceHub).Assembly).Should().BeEmpty();
    }

    [Fact]
    public void Nothing_is_written_but_in_such_messages() => LogRules.PassedBy(typeof(PresenceHub).Assembly).Should().BeEmpty();

    [Fact]
    public void Each_message_has_an_id_of_its_own() =>
        LogRules.Messages(typeof(PresenceHub).Assembly).Select(message => message.Message.EventId).Should().OnlyHaveUniqueItems();

    /// <summary>The first is what <c>printf %s document:42 | sha256sum | cut -c1-12</c> says.</summary>
    [Theory]
    [InlineData("document:42", "e65f7fc15938")]
    [InlineData("Füße 🦊", "e02400c4e4a4")]
    [InlineData("", "e3b0c44298fc")]
    public void A_key_is_the_start_of_its_hash(string key, string expected) => new LogId(key).ToString().Should().Be(expected);

    [Fact]
    public void Of_an_exception_the_log_has_what_it_is_and_where_it_was_thrown()
    {
        var logged = new LoggedException(Thrown(new IOException("Ada is in document:42.", Thrown(new TimeoutException("GET presence:group:{document:42}")))));

        logged.ToString().Should().ContainAll(typeof(IOException).FullName, typeof(TimeoutException).FullName, nameof(Thrown), "--->").And.NotContainAny("Ada", "document:42", "GET");
        logged.Message.Should().NotContain("Ada");
        logged.InnerException!.ToString().Should().NotContain("GET");
        logged.StackTrace.Should().Contain(nameof(Thrown));
        logged.Data.Count.Should().Be(0);
    }

    [Fact]
    public void An_aggregate_is_logged_with_all_that_it_holds_and_with_no_text_of_theirs()
    {
        var logged = new LoggedException(new AggregateException(new IOException("Ada"), new SocketException((int)SocketError.HostNotFound), new InvalidDataException("Eve")));

        logged.ToString().Should().ContainAll(nameof(IOException), nameof(InvalidDataException), nameof(SocketError.HostNotFound)).And.NotContainAny("Ada", "Eve");
    }

    [Fact]
    public void Refusals_of_ours_are_logged_with_their_words() =>
        new LoggedException(new PresenceRefusedException("No more are allowed.")).ToString().Should().EndWith("No more are allowed.");

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
