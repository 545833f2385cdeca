namespace Djust.Presence.Benchmarks;

/// <summary>What hostile clients have done.</summary>
/// <param name="PerSecond">Messages that they could send.</param>
/// <param name="Ended">How often the server ended a connection.</param>
/// <param name="Cpu">What that cost them, in % of a core.</param>
internal sealed record HostileReport(double PerSecond, int Ended, double Cpu);
