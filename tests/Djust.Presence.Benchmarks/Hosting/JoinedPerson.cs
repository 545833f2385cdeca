namespace Djust.Presence.Benchmarks;

/// <summary>Somebody in a room, as <see cref="PlainHub"/> shows them; about as many bytes as a presence.</summary>
/// <param name="Id">Who.</param>
/// <param name="JoinedAt">Since when.</param>
/// <param name="Name">Their name.</param>
/// <param name="Color">Their color.</param>
public sealed record JoinedPerson(string Id, DateTimeOffset JoinedAt, string Name, string Color);
