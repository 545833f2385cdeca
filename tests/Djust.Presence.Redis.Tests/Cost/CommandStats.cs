using System.Globalization;
using Djust.Presence.Redis.Tests.Hosting;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>What a server was asked, by name: <c>INFO commandstats</c>, with the calls inside of scripts.</summary>
internal static class CommandStats
{
    /// <summary>What the counting itself asks.</summary>
    private static readonly string[] Own = ["info", "config|resetstat"];

    /// <summary>The calls that something makes, and only those: nothing else may use the server meanwhile.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> OfAsync(RedisServer server, Func<Task> action)
    {
        await RespClient.CommandAsync(server.Port, "CONFIG", "RESETSTAT");
        await action();
        var info = await RespClient.CommandAsync(server.Port, "INFO", "commandstats");
        return info.Split("\r\n")
            .Where(line => line.StartsWith("cmdstat_", StringComparison.Ordinal))
            .Select(line => line["cmdstat_".Length..].Split(":calls="))
            .Where(parts => !Own.Contains(parts[0]))
            .ToDictionary(parts => parts[0], parts => long.Parse(parts[1].Split(',')[0], CultureInfo.InvariantCulture));
    }
}
