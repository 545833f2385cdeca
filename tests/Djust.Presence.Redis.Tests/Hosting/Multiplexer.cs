using StackExchange.Redis;

namespace Djust.Presence.Redis.Tests.Hosting;

/// <summary>A StackExchange.Redis connection that the library knows nothing of, for what a test looks at or does itself.</summary>
internal static class Multiplexer
{
    public static async Task<ConnectionMultiplexer> ConnectAsync(string endpoints)
    {
        var options = ConfigurationOptions.Parse(endpoints);
        options.AbortOnConnectFail = false;
        options.AllowAdmin = true;
        return await ConnectionMultiplexer.ConnectAsync(options);
    }
}
