using System.Diagnostics;
using System.Text.Json;

namespace Djust.Presence.Benchmarks;

/// <summary>Our Whiteboard sample beside other servers, in one run of their load generator: a directory with <c>run.mjs</c> and its packages installed.</summary>
internal sealed class CursorsSuite : ISuite
{
    private const string Ours = "ours";

    /// <summary>Fifteen lines of Node that send one frame every 50 ms and do nothing else.</summary>
    private const string Ceiling = "wsbatch";

    /// <summary>Servers that collapse under the load take long to be measured doing so; from here on only the ceiling is beside ours.</summary>
    private const int MostForPeers = 200;

    public string Name => "cursors";

    public async Task<SuiteResult> RunAsync(SuiteContext context)
    {
        var script = Existing(Path.Combine(Path.GetFullPath(context.Peers ?? "."), "run.mjs"), "Give the directory of the load generator, with its packages installed: --peers DIR.");
        var sample = Existing(Path.Combine(Repository.Root, "samples", "Whiteboard", "bin", "Release", "net10.0", "Whiteboard.dll"), "Build the sample first: dotnet build -c Release samples/Whiteboard.");
        var seconds = context.Choose(15, 5);
        var runs = new List<JsonElement>();
        foreach (var size in context.SizesOr([5, 50, MostForPeers, 500], [50]))
        {
            context.Tell($"cursors: {size} clients");
            var peers = size > MostForPeers ? Ceiling : context.Choose("socketio,hocuspocus,ywebsocket,liveblocks,wsbatch", "socketio,wsbatch");
            runs.AddRange(await RunAsync(script, sample, size, seconds, peers));
        }

        var series = runs.Where(run => !run.TryGetProperty("error", out _)).GroupBy(run => run.GetProperty("server").GetString()!)
            .Select(server => new GrowthSeries("CPU of " + server.Key, [.. server.Select(run => (Value(run, "N"), Value(run, "serverCpuTotal")))]))
            .OrderByDescending(one => one.Name == "CPU of " + Ours).ToArray();
        return new SuiteResult
        {
            Suite = Name,
            About = $"The Whiteboard sample beside other servers in one run of one load generator, which shares the two cores with them: one room, 20 moves a second from each client for {seconds} s. `{Ceiling}` is fifteen lines of Node that send one frame every 50 ms and do nothing else: the ceiling, not a peer. Age of a position when a client sees it; the server's processor time until all has arrived.",
            Quick = context.Quick,
            Rows = [.. runs.GroupBy(run => Value(run, "N")).SelectMany(size => size.SelectMany(run => Rows(run, [.. size]))), .. GrowthSeries.SlopeRows(series)],
            Plot = new GrowthPlot("Cursors of one room: the server's processor time", "clients that move 20 times a second", "seconds", series),
        };
    }

    private static IEnumerable<ResultRow> Rows(JsonElement run, JsonElement[] besides)
    {
        var (server, size) = (run.GetProperty("server").GetString()!, Value(run, "N"));
        if (run.TryGetProperty("error", out _))
        {
            yield return new($"{server}: did not finish", double.NaN, string.Empty) { Size = size };
            yield break;
        }

        var ceiling = server == Ours ? Array.Find(besides, beside => beside.GetProperty("server").GetString() == Ceiling && !beside.TryGetProperty("error", out _)) : default;
        var hasCeiling = ceiling.ValueKind == JsonValueKind.Object;
        var budgeted = hasCeiling && size == MostForPeers;
        yield return new($"{server}: positions seen", Value(run, "updatesPerSec"), "/s")
        {
            Size = size, HigherIsBetter = true,
            Baseline = hasCeiling ? Ceiling : null, BaselineFigure = hasCeiling ? Value(ceiling, "updatesPerSec") : null,
            Budget = budgeted ? ResultBudget.RatioAtLeast(0.95) : null,
        };
        yield return new($"{server}: p50", Value(run, "p50"), "ms") { Size = size, Budget = budgeted ? ResultBudget.AtMost(40) : null };
        yield return new($"{server}: p99", Value(run, "p99"), "ms")
        {
            Size = size,
            Budget = server == Ours && size == MostForPeers ? ResultBudget.AtMost(80) : server == Ours && size == 500 ? ResultBudget.AtMost(250) : null,
        };
        yield return new($"{server}: processor time", Value(run, "serverCpuTotal"), "s")
        {
            Size = size,
            Baseline = hasCeiling ? Ceiling : null, BaselineFigure = hasCeiling ? Value(ceiling, "serverCpuTotal") : null,
            Budget = budgeted ? ResultBudget.RatioAtMost(2.5) : null,
        };
        yield return new($"{server}: peak memory", Value(run, "rssPeak"), "MiB") { Size = size };
        if (server == Ours)
        {
            yield return new($"{server}: last positions that did not arrive", Value(run, "lastLost"), string.Empty) { Size = size, Budget = ResultBudget.AtMost(0) };
        }
    }

    private static double Value(JsonElement run, string name) => run.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;

    private static async Task<JsonElement[]> RunAsync(string script, string sample, int size, int seconds, string peers)
    {
        var file = Path.GetTempFileName();
        try
        {
            string[] arguments = [script, "--n", $"{size}", "--seconds", $"{seconds}", "--peers", peers, "--json", file, "--ours", $"dotnet {sample} --urls http://127.0.0.1:7110"];
            using var node = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true })!;
            while (await node.StandardOutput.ReadLineAsync() is { } line)
            {
                await Console.Error.WriteLineAsync(line);
            }

            await node.WaitForExitAsync();
            using var document = JsonDocument.Parse(await File.ReadAllTextAsync(file));
            return [.. document.RootElement.EnumerateArray().Select(run => run.Clone())];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Existing(string file, string fix) => File.Exists(file) ? file : throw new InvalidOperationException($"There is no {Path.GetFileName(file)}. {fix}");
}
