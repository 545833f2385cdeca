using System.Text.Json.Serialization;

namespace Djust.Presence.Benchmarks;

/// <summary>A limit that a figure, or its ratio to the baseline, is to keep.</summary>
/// <param name="Limit">The limit, which itself is still within.</param>
/// <param name="OfRatio">Whether the ratio is meant; else the figure.</param>
/// <param name="IsLeast">Whether it is a least; else a most.</param>
internal sealed record ResultBudget(double Limit, bool OfRatio = false, bool IsLeast = false)
{
    [JsonIgnore]
    public string Sign => IsLeast ? "≥" : "≤";

    public static ResultBudget AtMost(double figure) => new(figure);

    public static ResultBudget AtLeast(double figure) => new(figure, IsLeast: true);

    public static ResultBudget RatioAtMost(double ratio) => new(ratio, OfRatio: true);

    public static ResultBudget RatioAtLeast(double ratio) => new(ratio, OfRatio: true, IsLeast: true);

    public bool IsMet(ResultRow row)
    {
        var value = OfRatio ? row.Ratio : row.Figure;
        return IsLeast ? value >= Limit : value <= Limit;
    }
}
