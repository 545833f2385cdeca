using Microsoft.AspNetCore.Authorization;

namespace Djust.Presence;

/// <summary>Asks the application's authorization policies, with the request as the resource.</summary>
internal sealed class PolicyPresenceAuthorizer(IServiceScopeFactory scopes) : IPresenceAuthorizer
{
    public async ValueTask<bool> AuthorizeAsync(PresenceAuthorizationContext context, CancellationToken cancellationToken = default)
    {
        if (context.Policy is null)
        {
            return true;
        }

        // Policies' handlers may be scoped.
        await using var scope = scopes.CreateAsyncScope();
        var authorization = scope.ServiceProvider.GetRequiredService<IAuthorizationService>();
        return (await authorization.AuthorizeAsync(context.User, context, context.Policy)).Succeeded;
    }
}
