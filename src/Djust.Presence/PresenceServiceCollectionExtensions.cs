using Djust.Presence;
using Djust.Presence.Backends.Memory;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Sets presence up.</summary>
public static class PresenceServiceCollectionExtensions
{
    /// <summary>Adds presence to SignalR, in this process's memory. Call it after a backplane such as AddStackExchangeRedis, so that both work together.</summary>
    /// <param name="builder">The builder that AddSignalR returned.</param>
    /// <returns>The same builder.</returns>
    public static ISignalRServerBuilder AddPresence(this ISignalRServerBuilder builder) => AddPresence(builder, static _ => { });

    /// <inheritdoc cref="AddPresence(ISignalRServerBuilder)"/>
    /// <param name="builder">The builder that AddSignalR returned.</param>
    /// <param name="configure">Changes the options; they are checked when the host starts.</param>
    public static ISignalRServerBuilder AddPresence(this ISignalRServerBuilder builder, Action<PresenceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var services = builder.Services;
        services.AddOptions<PresenceOptions>().Configure(configure).ValidateOnStart();
        if (services.Any(service => service.ServiceType == typeof(PresenceNode)))
        {
            return builder;
        }

        services.AddAuthorizationCore();
        services.AddDataProtection();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPresenceBackend, MemoryPresenceBackend>();
        services.TryAddSingleton<IPresenceAuthorizer, PolicyPresenceAuthorizer>();
        services.AddSingleton<IValidateOptions<PresenceOptions>, PresenceOptionsValidator>();
        services.AddSingleton<PresenceNode>();
        services.AddSingleton<PresenceProjector>();
        services.AddSingleton<PresenceMetrics>();
        services.AddSingleton<PresenceStore>();
        services.AddSingleton<CallbackDispatcher>();
        services.AddSingleton<GraceQueue>();
        services.AddSingleton(static provider => new NodeIntake(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IOptions<PresenceOptions>>().Value.MessagesPerSecond, Environment.ProcessorCount));
        services.AddSingleton<HubLimits>();
        services.AddSingleton<ConnectionRegistry>();
        services.AddSingleton<PresenceTracker>();
        services.AddSingleton<RoomScheduler>();
        services.AddSingleton<RoomRegistry>();
        services.AddDistributedMemoryCache();
        services.AddSingleton<CursorCache>();
        services.AddSingleton(static provider => new CursorTracker(
            provider.GetRequiredService<RoomRegistry>(), provider.GetRequiredService<CursorCache>(),
            provider.GetRequiredService<IOptions<PresenceOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<CursorKeeper>();
        services.AddSingleton<VisitorIdentity>();
        services.AddSingleton<OriginGuard>();
        services.AddSingleton<PresenceHubRegistry>();
        services.AddSingleton<PresenceServices>();
        services.AddSingleton<PresenceHubFilter>();
        services.AddSingleton<IPresenceManager, PresenceManager>();
        services.AddSingleton<SilenceScanner>();
        services.AddSingleton<PresenceSweeper>();
        services.AddHostedService<PresenceHubDiscovery>();
        services.AddHostedService(static provider => provider.GetRequiredService<PresenceSweeper>());
        services.AddHostedService(static provider => provider.GetRequiredService<CursorKeeper>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, PresenceEndpointPolicy>());
        services.Configure<HubOptions>(static options => options.AddFilter<PresenceHubFilter>());
        WrapLifetimeManager(services);
        return builder;
    }

    /// <summary>Keeps presence in a store of the application's own, instead of memory.</summary>
    /// <typeparam name="T">The backend; it is made once, by dependency injection.</typeparam>
    /// <param name="builder">The builder that AddSignalR returned.</param>
    /// <returns>The same builder.</returns>
    public static ISignalRServerBuilder AddPresenceBackend<T>(this ISignalRServerBuilder builder)
        where T : class, IPresenceBackend
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IPresenceBackend, T>());
        return builder;
    }

    /// <summary>Shows each viewer only those fields of a meta that the application's projection lets them see.</summary>
    /// <typeparam name="T">The projection; it is made once, by dependency injection.</typeparam>
    /// <param name="builder">The builder that AddSignalR returned.</param>
    /// <returns>The same builder.</returns>
    public static ISignalRServerBuilder AddPresenceProjection<T>(this ISignalRServerBuilder builder)
        where T : class, IPresenceProjection
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IPresenceProjection, T>());
        return builder;
    }

    /// <summary>Adds a health check named <c>presence</c>: Healthy, or Degraded with the reason.</summary>
    /// <param name="builder">The builder that AddHealthChecks returned.</param>
    /// <returns>The same builder.</returns>
    public static IHealthChecksBuilder AddPresence(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<PresenceHealthCheck>("presence");
    }

    /// <summary>Puts our lifetime manager before the one that is registered now. One that is registered as a factory cannot be wrapped; delivery then goes through IHubContext.</summary>
    private static void WrapLifetimeManager(IServiceCollection services)
    {
        var inner = services.LastOrDefault(service => service.ServiceType == typeof(HubLifetimeManager<>))?.ImplementationType;
        if (inner is not null)
        {
            services.AddSingleton(new InnerLifetimeManager(inner));
            services.AddSingleton(typeof(HubLifetimeManager<>), typeof(PresenceHubLifetimeManager<>));
        }
    }
}
