using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence.Tests.Security;

/// <summary>A hub that fails wherever it can, and whose exceptions tell all that they know.</summary>
[PresenceKey("vault:{vault}")]
public sealed class TellingHub(TellingHub.Secrets secrets) : LiveCursorHub
{
    public override async Task OnConnectedAsync()
    {
        var request = Context.GetHttpContext()!.Request;
        secrets.Add(Context.ConnectionId);
        secrets.Add(request.Query["id"].ToString());
        foreach (var (_, value) in request.Cookies)
        {
            secrets.Add(value);
        }

        await TrackPresenceAsync(new { note = SecretsTests.Meta });
        await base.OnConnectedAsync();
    }

    public Task Track(string? key, object? meta) => key is null ? TrackPresenceAsync(meta) : TrackPresenceAsync(key, meta);

    public Task Update(string? key, object? meta) => key is null ? UpdatePresenceAsync(meta) : UpdatePresenceAsync(key, meta);

    public Task Watch(string key) => WatchPresenceAsync(key);

    public Task Say(string text) => BroadcastToPresenceAsync(text, new { text });

    protected override Task OnPresenceJoinAsync(Presence presence) => throw Failure(presence);

    protected override Task OnPresenceUpdateAsync(Presence presence) => throw Failure(presence);

    protected override Task OnPresenceLeaveAsync(Presence presence) => throw Failure(presence);

    protected override Task HandleCursorMoveAsync(double x, double y) => throw secrets.Failure();

    private InvalidOperationException Failure(Presence presence) =>
        new($"{presence.Key} {presence.Id} {presence["note"]}", secrets.Failure());

    /// <summary>What the server has been told in confidence.</summary>
    public sealed class Secrets
    {
        private readonly ConcurrentDictionary<string, bool> _all = new();

        public IReadOnlyCollection<string> All => [.. _all.Keys];

        public void Add(string secret)
        {
            if (secret.Length > 0)
            {
                _all[secret] = true;
            }
        }

        public Exception Failure() => new IOException($"{string.Join(' ', All)} {SecretsTests.Key} {SecretsTests.User} {SecretsTests.Meta}")
        {
            Data = { ["meta"] = SecretsTests.Meta },
            HelpLink = SecretsTests.Meta,
            Source = SecretsTests.Meta,
        };
    }

    /// <summary>Lets nobody into one group, and breaks over another.</summary>
    internal sealed class Authorizer(Secrets secrets) : IPresenceAuthorizer
    {
        public ValueTask<bool> AuthorizeAsync(PresenceAuthorizationContext context, CancellationToken cancellationToken = default) =>
            context.Key == SecretsTests.Broken ? throw secrets.Failure() : new(context.Key != SecretsTests.Forbidden);
    }
}
