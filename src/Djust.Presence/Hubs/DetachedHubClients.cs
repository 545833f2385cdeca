using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>The clients of a hub that runs a callback. There is no caller, so the caller is nobody and the others are everybody.</summary>
internal sealed class DetachedHubClients(IHubClients clients) : IHubCallerClients
{
    public IClientProxy Caller => clients.Clients([]);

    public IClientProxy Others => clients.All;

    public IClientProxy All => clients.All;

    public IClientProxy OthersInGroup(string groupName) => clients.Group(groupName);

    public IClientProxy AllExcept(IReadOnlyList<string> excludedConnectionIds) => clients.AllExcept(excludedConnectionIds);

    public IClientProxy Client(string connectionId) => clients.Client(connectionId);

    public IClientProxy Clients(IReadOnlyList<string> connectionIds) => clients.Clients(connectionIds);

    public IClientProxy Group(string groupName) => clients.Group(groupName);

    public IClientProxy GroupExcept(string groupName, IReadOnlyList<string> excludedConnectionIds) => clients.GroupExcept(groupName, excludedConnectionIds);

    public IClientProxy Groups(IReadOnlyList<string> groupNames) => clients.Groups(groupNames);

    public IClientProxy User(string userId) => clients.User(userId);

    public IClientProxy Users(IReadOnlyList<string> userIds) => clients.Users(userIds);
}
