using System.Net;
using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>Makes the connection, and says where it leads without ever repeating a password.</summary>
internal sealed class RedisConnector(RedisPresenceOptions options, IServiceProvider services)
{
    public static readonly Version OldestVersion = new(7, 0);

    /// <summary>Whether the connection is closed with the backend.</summary>
    public bool Owns => options.ConnectionFactory is null || options.OwnsConnection;

    public string Endpoints => options.Configuration is { } configuration
        ? Describe(ConfigurationOptions.Parse(configuration))
        : "the application's connection";

    public Task<IConnectionMultiplexer> ConnectAsync() => options.ConnectionFactory is { } factory ? factory(services) : OpenAsync();

    /// <summary>The oldest version among the servers that are connected, or null where none is.</summary>
    public static Version? VersionOf(IConnectionMultiplexer connection) =>
        connection.GetServers().Where(server => server.IsConnected).Select(server => server.Version).Min();

    /// <summary>Whether the client puts something before the names of channels, of which scripts that publish know nothing. The password in its configuration stays here.</summary>
    public static bool HasChannelPrefix(IConnectionMultiplexer connection) =>
        connection.Configuration.Split(',').Any(option => option.StartsWith("channelPrefix=", StringComparison.OrdinalIgnoreCase));

    private async Task<IConnectionMultiplexer> OpenAsync()
    {
        var configuration = ConfigurationOptions.Parse(options.Configuration!);

        // Said at once and with its reason; it is tried again by whoever asked.
        configuration.AbortOnConnectFail = true;
        configuration.ConnectRetry = 1;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.IncludeDetailInExceptions = false;
        configuration.ReconnectRetryPolicy = new LinearRetry(250);
        configuration.HeartbeatInterval = TimeSpan.FromMilliseconds(250);
        configuration.ConnectTimeout = (int)Math.Min(configuration.ConnectTimeout, options.RequestTimeout.TotalMilliseconds);
        return await ConnectionMultiplexer.ConnectAsync(configuration);
    }

    private static string Describe(ConfigurationOptions configuration)
    {
        var defaultPort = configuration switch
        {
            { ServiceName.Length: > 0 } => 26379,
            { Ssl: true } => 6380,
            _ => 6379,
        };
        return string.Join(", ", configuration.EndPoints.Select(endpoint => endpoint switch
        {
            DnsEndPoint dns => $"{dns.Host}:{(dns.Port == 0 ? defaultPort : dns.Port)}",
            IPEndPoint { Port: 0 } ip => new IPEndPoint(ip.Address, defaultPort).ToString(),
            _ => endpoint.ToString(),
        }));
    }
}
