namespace Djust.Presence.Benchmarks;

/// <summary>Cost against size.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Points">Size and cost, in ascending order of sizes.</param>
internal sealed record GrowthSeries(string Name, IReadOnlyList<(double Size, double Cost)> Points)
{
    /// <summary>
    /// The exponent of the power of the size that fits the costs best (least squares of the logarithms): 0 is flat, 1 proportional; NaN where fewer than two sizes were measured.
    /// </summary>
    public double Slope
    {
        get
        {
            var logs = Points.Where(point => point is { Size: > 0, Cost: > 0 }).Select(point => (X: Math.Log(point.Size), Y: Math.Log(point.Cost))).ToArray();
            if (logs.Length < 2)
            {
                return double.NaN;
            }

            var (x, y) = (logs.Average(log => log.X), logs.Average(log => log.Y));
            return logs.Sum(log => (log.X - x) * (log.Y - y)) / logs.Sum(log => (log.X - x) * (log.X - x));
        }
    }

    /// <summary>The slopes of those of which more than one size was measured.</summary>
    public static IEnumerable<ResultRow> SlopeRows(IEnumerable<GrowthSeries> series) => series.Where(one => one.Points.Count > 1).Select(one => one.SlopeRow());

    /// <summary>The slope as a row of the table.</summary>
    public ResultRow SlopeRow(double? atMost = null) =>
        new($"growth of {Name}, from {ResultText.Number(Points[0].Size)} to {ResultText.Number(Points[^1].Size)}", Slope, "(slope)")
        {
            Budget = atMost is { } limit ? ResultBudget.AtMost(limit) : null,
        };
}
