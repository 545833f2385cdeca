using System.Text.Json.Serialization;

namespace Djust.Presence.Benchmarks;

/// <summary>One figure of a run.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Figure">How much it was.</param>
/// <param name="Unit">In which unit; "×" for a ratio.</param>
internal sealed record ResultRow(string Name, double Figure, string Unit)
{
    /// <summary>The size of the group, or the number of clients; null where it has none.</summary>
    public double? Size { get; init; }

    /// <summary>What the figure is compared with, measured in the same run.</summary>
    public string? Baseline { get; init; }

    /// <summary>The baseline's figure, in the same unit.</summary>
    public double? BaselineFigure { get; init; }

    /// <summary>Whether more is better; else less is.</summary>
    public bool HigherIsBetter { get; init; }

    public ResultBudget? Budget { get; init; }

    /// <summary>What two runs are compared by: machines differ, ratios within one run much less.</summary>
    [JsonInclude]
    public double? Ratio => Unit == "×" ? Figure : Baseline is null ? null : Figure / BaselineFigure;

    /// <summary>Whether the budget is met; null without one.</summary>
    [JsonInclude]
    public bool? Met => Budget?.IsMet(this);
}
