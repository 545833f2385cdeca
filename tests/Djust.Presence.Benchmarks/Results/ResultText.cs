using System.Globalization;
using System.Text;

namespace Djust.Presence.Benchmarks;

/// <summary>A run as Markdown.</summary>
internal static class ResultText
{
    public static string Section(SuiteResult result)
    {
        var text = new StringBuilder();
        text.Append(result.About).Append("\n\n| what | size | figure | baseline | ratio | budget | met |\n|---|---|---|---|---|---|---|\n");
        foreach (var row in result.Rows)
        {
            text.Append("| ").AppendJoin(" | ", Cells(row)).Append(" |\n");
        }

        if (result.Plot is { } plot)
        {
            text.Append("\n![").Append(plot.Title).Append("](benchmarks/").Append(result.Suite).Append(".svg)\n");
        }

        return text.Append('\n').Append(result.Machine).Append(result.Quick ? "; a quick run" : string.Empty).Append(".\n").ToString();
    }

    /// <summary>Three digits, or all of a whole number.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        double.NaN => "–",
        0 => "0",
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static IEnumerable<string> Cells(ResultRow row) =>
    [
        row.Name,
        row.Size is { } size ? Number(size) : string.Empty,
        With(row.Figure, row.Unit),
        row.Baseline is { } baseline ? $"{With(row.BaselineFigure!.Value, row.Unit)} ({baseline})" : string.Empty,
        row.Ratio is { } ratio && row.Baseline is not null ? Number(ratio) + "×" : string.Empty,
        row.Budget is { } budget ? $"{budget.Sign} {With(budget.Limit, budget.OfRatio ? "×" : row.Unit)}" : string.Empty,
        row.Met switch { true => "yes", false => "**no**", null => string.Empty },
    ];

    private static string With(double value, string unit) => unit switch
    {
        "" => Number(value),
        "×" or "%" => Number(value) + unit,
        "(slope)" => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => $"{Number(value)} {unit}",
    };
}
