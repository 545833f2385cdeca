using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence.Benchmarks;

/// <summary>SignalR and nothing else.</summary>
internal sealed class PlainHub : Hub;
