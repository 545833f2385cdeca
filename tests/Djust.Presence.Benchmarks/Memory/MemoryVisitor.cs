using System.Globalization;

namespace Djust.Presence.Benchmarks;

/// <summary>The ids of a user and its connection, made before anything is measured: SignalR makes them.</summary>
internal sealed class MemoryVisitor(int number)
{
    public string User { get; } = string.Create(CultureInfo.InvariantCulture, $"user-{number:D8}");

    public string Connection { get; } = string.Create(CultureInfo.InvariantCulture, $"connection-id-of-{number:D8}");
}
