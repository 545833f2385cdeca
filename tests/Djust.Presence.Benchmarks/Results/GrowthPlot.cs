using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Djust.Presence.Benchmarks;

/// <summary>Costs against sizes on logarithmic axes; the legend states each slope.</summary>
/// <param name="Title">Above the plot.</param>
/// <param name="Sizes">Name of the axis of sizes.</param>
/// <param name="Costs">Name of the axis of costs, with their unit.</param>
/// <param name="Series">The lines.</param>
internal sealed record GrowthPlot(string Title, string Sizes, string Costs, IReadOnlyList<GrowthSeries> Series)
{
    private const double Width = 860;
    private const double Height = 480;

    private static readonly MarkerType[] Markers = [MarkerType.Circle, MarkerType.Square, MarkerType.Triangle, MarkerType.Diamond];

    public void Save(string path)
    {
        var model = new PlotModel { Title = Title, TitleFontSize = 15, Background = OxyColors.White, DefaultFont = "sans-serif", PlotMargins = new OxyThickness(90, 10, 20, 50) };
        model.Axes.Add(Axis(AxisPosition.Bottom, Sizes));
        model.Axes.Add(Axis(AxisPosition.Left, Costs));
        model.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.BottomLeft, LegendOrientation = LegendOrientation.Vertical, LegendLineSpacing = 6, LegendFontSize = 11 });
        foreach (var (series, at) in Series.Select((series, at) => (series, at)))
        {
            var line = new LineSeries
            {
                Title = Wide(string.Create(CultureInfo.InvariantCulture, $"{series.Name} (slope {series.Slope:F2})")),
                MarkerType = Markers[at % Markers.Length],
                MarkerSize = 4,
                LineStyle = at < Markers.Length ? LineStyle.Solid : LineStyle.Dash,
            };
            line.Points.AddRange(series.Points.Where(point => point.Cost > 0).Select(point => new DataPoint(point.Size, point.Cost)));
            model.Series.Add(line);
        }

        // As text, so that the same figures give the same file.
        File.WriteAllText(path, new SvgExporter { Width = Width, Height = Height, UseVerticalTextAlignmentWorkaround = true }.ExportToString(model) + "\n");
    }

    /// <summary>Text is measured in narrow letters, and what is wider in a reader's font would be cut off.</summary>
    private static string Wide(string text) => text + new string('\u00a0', text.Length);

    private static LogarithmicAxis Axis(AxisPosition position, string title) => new()
    {
        Position = position,
        Title = title,
        AxisTitleDistance = position == AxisPosition.Left ? 40 : 14,
        MajorGridlineStyle = LineStyle.Solid,
        MajorGridlineColor = OxyColors.LightGray,
        MinimumPadding = 0.05,
        MaximumPadding = 0.05,
        StringFormat = "#,0.######",
    };
}
