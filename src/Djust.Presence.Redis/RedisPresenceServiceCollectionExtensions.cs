using Djust.Presence;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps presence in Redis.</summary>
public static class RedisPresenceServiceCollectionExtensions
{
    /// <summary>Keeps presence in Redis instead of this process's memory, so that any number of servers share it. Call it after AddPresence.</summary>
    /// <param name="builder">The builder that AddSignalR returned.</param>
    /// <param name="configuration">Where Redis is, as StackExchange.Redis writes it: <c>localhost:6379</c>.</param>
    /// <returns>The same builder.</returns>
    public static ISignalRServerBuilder AddRedisPresence(this ISignalRServerBuilder builder, string configuration) =>
        AddRedisPresence(builder, configuration, static _ => { });

    /// <inheritdoc cref="AddRedisPresence(ISignalRServerBuilder, string)"/>
    /// <param name="builder">The builder that AddSignalR returned.</param>
    /// <param name="configuration">Where Redis is, as StackExchange.Redis writes it: <c>localhost:6379</c>.</param>
    /// <param name="configure">Changes the other options; they are checked when the host starts.</param>
    public static ISignalRServerBuilder AddRedisPresence(this ISignalRServerBuilder builder, string configuration, Action<RedisPresenceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(configure);
        return AddRedisPresence(builder, options =>
        {
            options.Configuration = configuration;
            configure(options);
        });
    }

    /// <inheritdoc cref="AddRedisPresence(ISignalRServerBuilder, string)"/>
    /// <param name="builder">The builder that AddSignalR returned.</param>
    /// <param name="connect">Gives the connection: the application's own, or a new one. Called again while it throws.</param>
    /// <param name="ownsConnection">Whether the connection is closed when the host stops; the application's own must not be.</param>
    public static ISignalRServerBuilder AddRedisPresence(
        this ISignalRServerBuilder builder, Func<IServiceProvider, Task<IConnectionMultiplexer>> connect, bool ownsConnection)
    {
        ArgumentNullException.ThrowIfNull(connect);
        return AddRedisPresence(builder, options => (options.ConnectionFactory, options.OwnsConnection) = (connect, ownsConnection));
    }

    /// <inheritdoc cref="AddRedisPresence(ISignalRServerBuilder, string)"/>
    /// <param name="builder">The builder that AddSignalR returned.</param>
    /// <param name="configure">Sets the options; they are checked when the host starts.</param>
    public static ISignalRServerBuilder AddRedisPresence(this ISignalRServerBuilder builder, Action<RedisPresenceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddOptions<RedisPresenceOptions>().Configure(configure).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisPresenceOptions>, RedisPresenceOptionsValidator>());
        builder.Services.RemoveAll<IPresenceBackend>();
        builder.Services.AddSingleton<IPresenceBackend, RedisPresenceBackend>();
        return builder;
    }
}
