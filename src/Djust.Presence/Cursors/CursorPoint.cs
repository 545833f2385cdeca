namespace Djust.Presence;

/// <summary>A place that a pointer can be at.</summary>
internal readonly record struct CursorPoint(double X, double Y)
{
    /// <summary>The farthest coordinate that is taken: far beyond any screen in any unit, and still written with four exact decimals.</summary>
    public const double Farthest = 1e9;

    /// <summary>The point, if its coordinates can be sent.</summary>
    public static CursorPoint Check(double x, double y) => Math.Abs(x) <= Farthest && Math.Abs(y) <= Farthest
        ? new CursorPoint(x, y)
        : throw new PresenceArgumentException("A cursor's coordinates must be finite numbers between -1,000,000,000 and 1,000,000,000, such as 0.25.");
}
