namespace Djust.Presence.Benchmarks;

/// <summary>Where runs are kept: a page with tables between marks, and beside it a directory with a JSON file and a plot for each suite.</summary>
/// <param name="directory">The page's directory.</param>
internal sealed class ResultFiles(string directory)
{
    private readonly string _records = Path.Combine(directory, "benchmarks");

    private string Page => Path.Combine(directory, "benchmarks.md");

    public void Write(SuiteResult result)
    {
        Directory.CreateDirectory(_records);
        result.Save(Path.Combine(_records, result.Suite + ".json"));
        result.Plot?.Save(Path.Combine(_records, result.Suite + ".svg"));
        File.WriteAllText(Page, Replace(File.Exists(Page) ? File.ReadAllText(Page) : "# Benchmarks\n", result.Suite, ResultText.Section(result)));
    }

    /// <summary>Puts a suite's section between its marks, or at the end where the page has none, and leaves the rest as it is.</summary>
    internal static string Replace(string page, string suite, string section)
    {
        var (begin, end) = ($"<!-- {suite} -->", $"<!-- /{suite} -->");
        var marked = $"{begin}\n{section}{end}";
        var (from, to) = (page.IndexOf(begin, StringComparison.Ordinal), page.IndexOf(end, StringComparison.Ordinal));
        return from >= 0 && to > from
            ? page[..from] + marked + page[(to + end.Length)..]
            : $"{page.TrimEnd()}\n\n## `{suite}`\n{marked}\n";
    }
}
