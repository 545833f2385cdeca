using System.Globalization;
using Djust.Presence.EndToEnd.Tests.Cluster.Chaos;
using FluentAssertions;
using FluentAssertions.Execution;
using Xunit;
using Xunit.Abstractions;

namespace Djust.Presence.EndToEnd.Tests.Cluster;

/// <summary>How long is in the environment variable CHAOS_MINUTES, and which one in CHAOS_SEED; without it each run is another.</summary>
[Collection(ChaosCollection.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Nodes = 3;
    private const int UsersWithTwoTabs = 15;

    private static readonly (ChaosTemper, int)[] Users = [(ChaosTemper.Restless, 32), (ChaosTemper.Sleepy, 16), (ChaosTemper.Steady, 12)];

    [ChaosFact]
    public async Task Whatever_dies_everybody_ends_up_with_the_truth_and_was_told_nothing_that_was_not()
    {
        var seed = Setting("CHAOS_SEED", Random.Shared.Next(1, 1_000_000));
        var duration = TimeSpan.FromMinutes(Setting(ChaosFactAttribute.Variable, 2));
        output.WriteLine($"CHAOS_SEED={seed} CHAOS_MINUTES={duration.TotalMinutes}");
        await using var run = await ChaosRun.StartAsync(output, Nodes, seed);
        await run.PopulateAsync(UsersWithTwoTabs, Users);

        await run.RageAsync(duration);
        await run.EndUpAsync(share: 0.8);
        var untrue = await run.ConvergeAsync();
        var verdict = new ChaosVerdict(run.World);
        var impossible = verdict.Find();

        run.WriteCounts(verdict.EventsChecked);
        if (untrue.Length > 0 || impossible.Count > 0)
        {
            output.WriteLine(string.Join(Environment.NewLine, impossible.Take(50)));
            await run.WriteDiaryAsync();
        }

        using var both = new AssertionScope();
        untrue.Should().BeEmpty();
        impossible.Should().BeEmpty();
    }

    private static int Setting(string variable, int fallback) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;
}
