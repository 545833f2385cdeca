namespace Djust.Presence.Benchmarks;

/// <summary>What hostile clients send, ready as bytes.</summary>
internal static class HostileMessages
{
    private static readonly (string Kind, string Message)[] All =
    [
        ("moves", """{"type":1,"target":"CursorMove","arguments":[0.25,0.75]}"""),
        ("unknown methods", """{"type":1,"invocationId":"1","target":"NoSuchMethod","arguments":[1]}"""),
        ("renames", """{"type":1,"invocationId":"1","target":"Rename","arguments":["Mallory"]}"""),
        ("renames", """{"type":1,"invocationId":"1","target":"Rename","arguments":["Trudy"]}"""),
        ("syncs", """{"type":1,"invocationId":"1","target":"PresenceSync","arguments":["room:{id}"]}"""),
        ("pings", """{"type":6}"""),
    ];

    public const string Mix = "a mix";

    public static IEnumerable<string> Kinds => All.Select(message => message.Kind).Distinct().Append(Mix);

    /// <summary>The messages of a kind, which are sent in turns.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="room">The room that the sender is in.</param>
    public static string[] Of(string kind, string room) =>
        [.. All.Where(message => kind == Mix || message.Kind == kind).Select(message => message.Message.Replace("{id}", room, StringComparison.Ordinal))];
}
