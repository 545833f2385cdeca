using Djust.Presence.Redis.Tests.Hosting;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>What a server was asked, in order, with scripts and what they call told apart: <c>MONITOR</c>.</summary>
/// <param name="Sent">What came from a client: each of them is a message on the wire.</param>
/// <param name="Called">What scripts called.</param>
internal sealed record CommandLog(IReadOnlyList<string> Sent, IReadOnlyList<string> Called)
{
    /// <summary>What StackExchange.Redis asks once a minute on each connection, whoever uses it: it may come at any moment.</summary>
    private static readonly string[] OwnTraffic = ["PING", "ECHO", "INFO", "CONFIG", "CLIENT", "HELLO"];

    public static bool IsOwnTraffic(string command) => OwnTraffic.Contains(command, StringComparer.OrdinalIgnoreCase);

    public static async Task<CommandLog> OfAsync(RedisServer server, Func<Task> action)
    {
        using var monitor = await RespClient.ConnectAsync(server.Port);
        await monitor.CommandAsync("MONITOR");
        await action();
        var end = Guid.NewGuid().ToString("N");
        await RespClient.CommandAsync(server.Port, "ECHO", end);

        var (sent, called) = (new List<string>(), new List<string>());
        for (var line = await monitor.ReadAsync(); !line.Contains(end, StringComparison.Ordinal); line = await monitor.ReadAsync())
        {
            // 1700000000.000000 [0 127.0.0.1:50000] "EVALSHA" "…", or [0 lua] where a script is the caller.
            var name = line[(line.IndexOf("] \"", StringComparison.Ordinal) + 3)..].Split('"')[0].ToUpperInvariant();
            if (line.Contains(" lua] ", StringComparison.Ordinal))
            {
                called.Add(name);
            }
            else if (!IsOwnTraffic(name))
            {
                sent.Add(name);
            }
        }

        return new CommandLog(sent, called);
    }
}
