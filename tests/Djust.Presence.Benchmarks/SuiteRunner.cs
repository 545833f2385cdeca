using System.Globalization;

namespace Djust.Presence.Benchmarks;

/// <summary>Runs the suites that were asked for, and keeps what they have shown.</summary>
internal static class SuiteRunner
{
    private static readonly ISuite[] Suites =
    [
        new MemorySuite(), new RedisSuite(), new DeliverySuite(), new CursorNodesSuite(), new CursorsSuite(), new JoinStormSuite(), new HostileSuite(), new FootprintSuite(), new SlowClientSuite(),
    ];

    private static string Usage => $"""
        usage: dotnet run -c Release --project tests/Djust.Presence.Benchmarks -- SUITE [--quick] [--sizes 100,1000] [--out DIR] [--peers DIR]
               dotnet run -c Release --project tests/Djust.Presence.Benchmarks -- compare RUN [EARLIER]
        SUITE is one of {string.Join(", ", Suites.Select(suite => suite.Name))}; or all.
        --quick  a short run, which shows that a suite works
        --sizes  of groups, or numbers of clients, instead of the suite's own
        --out    the directory of benchmarks.md and benchmarks/*.json; docs, or artifacts/benchmarks for a quick run
        --peers  the directory of the load generator for the suite cursors, with its packages installed; all leaves that suite out without it
        compare  says which ratios in the JSON files of a directory are worse by more than a third than in those of another, docs/benchmarks
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var name, .. var options] || Read(options) is not { } read || Choose(name, read.Context) is not { Length: > 0 } suites)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var failed = 0;
        foreach (var suite in suites)
        {
            try
            {
                read.Context.Tell($"== {suite.Name}");
                var machine = Machine.Here();
                var result = await suite.RunAsync(read.Context) with { Machine = machine };
                read.Files.Write(result);
                Console.WriteLine($"\n## {suite.Name}\n{ResultText.Section(result)}");
            }
            catch (Exception e) when (suites.Length > 1)
            {
                // The others are worth having all the same.
                await Console.Error.WriteLineAsync($"{suite.Name} FAILED: {e}");
                failed++;
            }
        }

        return failed == 0 ? 0 : 1;
    }

    private static ISuite[] Choose(string name, SuiteContext context) =>
        Array.FindAll(Suites, suite => suite.Name == name || (name == "all" && (suite is not CursorsSuite || context.Peers is not null)));

    private static (SuiteContext Context, ResultFiles Files)? Read(string[] options)
    {
        var (quick, sizes, directory, peers) = (false, (int[]?)null, (string?)null, (string?)null);
        for (var at = 0; at < options.Length; at++)
        {
            switch (options[at])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--sizes" when ++at < options.Length:
                    sizes = [.. options[at].Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
                    break;
                case "--out" when ++at < options.Length:
                    directory = options[at];
                    break;
                case "--peers" when ++at < options.Length:
                    peers = options[at];
                    break;
                default:
                    return null;
            }
        }

        directory ??= quick ? Path.Combine(Repository.Root, "artifacts", "benchmarks") : Path.Combine(Repository.Root, "docs");
        return (new SuiteContext { Quick = quick, Sizes = sizes, Peers = peers }, new ResultFiles(directory));
    }
}
