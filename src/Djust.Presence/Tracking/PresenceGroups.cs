namespace Djust.Presence;

/// <summary>The names of the SignalR groups that tracked connections are in.</summary>
internal static class PresenceGroups
{
    public static string Name(string key) => "djust.presence:" + key;
}
