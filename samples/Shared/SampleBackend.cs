using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Djust.Presence.Samples;

/// <summary>Where the sample keeps its presences: <c>--backend</c>, or the environment variable <c>Presence__Backend</c>.</summary>
public static class SampleBackend
{
    private const string Section = "Presence";
    private const string Backend = "Presence:Backend";
    private const string Redis = "Presence:Redis";
    private const string RedisKeyPrefix = "Presence:RedisKeyPrefix";
    private const string Memory = "memory";
    private const string DefaultRedis = "127.0.0.1:6379";

    public static IDictionary<string, string> Switches { get; } = new Dictionary<string, string>
    {
        ["--backend"] = Backend,
        ["--redis"] = Redis,
    };

    /// <summary>Adds presence on the chosen backend; a choice that there is not ends the program with a message instead of a stack trace.</summary>
    public static ISignalRServerBuilder AddSamplePresence(this ISignalRServerBuilder builder, IConfiguration configuration)
    {
        // Every option can be set from outside, such as Presence__NodeTimeout=00:00:05.
        builder.AddPresence(options => configuration.GetSection(Section).Bind(options));
        switch (configuration[Backend])
        {
            case null or "" or Memory:
                return builder;
            case "redis":
                var redis = configuration[Redis] is { Length: > 0 } chosen ? chosen : DefaultRedis;

                // The last known positions of pointers, for pages and programs that ask another node than the one that draws them.
                builder.Services.AddStackExchangeRedisCache(options => (options.Configuration, options.InstanceName) = (redis, configuration[RedisKeyPrefix]));
                return builder.AddRedisPresence(redis, options => options.KeyPrefix = configuration[RedisKeyPrefix] ?? options.KeyPrefix);
            case var unknown:
                Console.Error.WriteLine($"There is no presence backend \"{unknown}\". Start with --backend {Memory} or --backend redis (or Presence__Backend=…), or leave it out: {Memory} is the default.");
                Environment.Exit(2);
                return builder;
        }
    }
}
