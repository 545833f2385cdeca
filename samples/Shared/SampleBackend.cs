using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Configuration;

namespace Djust.Presence.Samples;

/// <summary>Where the sample keeps its presences: <c>--backend</c>, or the environment variable <c>Presence__Backend</c>.</summary>
public static class SampleBackend
{
    private const string Backend = "Presence:Backend";
    private const string Memory = "memory";

    public static IDictionary<string, string> Switches { get; } = new Dictionary<string, string>
    {
        ["--backend"] = Backend,
        ["--redis"] = "Presence:Redis",
    };

    public static ISignalRServerBuilder AddSampleBackend(this ISignalRServerBuilder builder, IConfiguration configuration) =>
        configuration[Backend] switch
        {
            // AddPresence has chosen it already.
            null or "" or Memory => builder,
            var other => throw new InvalidOperationException(
                $"There is no presence backend \"{other}\". Start with --backend {Memory} (or Presence__Backend={Memory}), or leave it out: {Memory} is the default."),
        };
}
