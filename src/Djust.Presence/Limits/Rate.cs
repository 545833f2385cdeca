namespace Djust.Presence;

/// <summary>How often something may be done.</summary>
/// <param name="PerSecond">How many times a second.</param>
/// <param name="Burst">How many times at once after a pause; at least 1.</param>
internal readonly record struct Rate(double PerSecond, double Burst)
{
    /// <summary>A rate of which some seconds' worth may be used at once.</summary>
    public static Rate Of(double perSecond, double seconds) => new(perSecond, Math.Max(1, perSecond * seconds));
}
