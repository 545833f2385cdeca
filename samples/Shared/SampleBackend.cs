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

    /// <summary>Chooses the backend; a choice that there is not ends the program with a message instead of a stack trace.</summary>
    public static ISignalRServerBuilder AddSampleBackend(this ISignalRServerBuilder builder, IConfiguration configuration)
    {
        if (configuration[Backend] is { Length: > 0 } chosen and not Memory)
        {
            Console.Error.WriteLine($"There is no presence backend \"{chosen}\". Start with --backend {Memory} (or Presence__Backend={Memory}), or leave it out: {Memory} is the default.");
            Environment.Exit(2);
        }

        // AddPresence has chosen memory already.
        return builder;
    }
}
