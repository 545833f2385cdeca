using Xunit;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>Runs only when asked for with DJUST_SCREENSHOTS=1: each run would change files of the repository.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ScreenshotFactAttribute : FactAttribute
{
    private const string Variable = "DJUST_SCREENSHOTS";

    public ScreenshotFactAttribute() => Skip = Environment.GetEnvironmentVariable(Variable) == "1" ? null : $"Writes docs/images only with {Variable}=1.";
}
