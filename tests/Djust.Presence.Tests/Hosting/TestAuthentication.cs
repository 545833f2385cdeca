using System.Security.Claims;
using Microsoft.AspNetCore.Builder;

namespace Djust.Presence.Tests.Hosting;

/// <summary>Authenticates whoever says so in a header.</summary>
internal static class TestAuthentication
{
    public const string Header = "X-Test-User";

    public static void UseTestUsers(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Headers[Header].ToString() is { Length: > 0 } user)
        {
            context.User = new ClaimsPrincipal(new ClaimsIdentity(
                [new Claim(ClaimTypes.NameIdentifier, user), new Claim(ClaimTypes.Name, "Name of " + user)],
                "test"));
        }

        return next(context);
    });
}
