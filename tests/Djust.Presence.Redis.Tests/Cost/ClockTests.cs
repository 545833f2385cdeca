using System.Text.RegularExpressions;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Redis.Tests.Cost;

/// <summary>
/// Who is alive is decided by Redis's clock alone. A test cannot inject a node's clock, for the backend takes none: these tests look
/// at the source to see that it stays so. What it reads besides Redis is a monotonic clock (how long something took), which no date changes.
/// (ClockSkewTests run real processes under other dates.)
/// </summary>
public sealed partial class ClockTests
{
    [Fact]
    public void The_backend_reads_the_date_only_for_a_join_that_is_made_while_Redis_is_away()
    {
        var reads = Sources("*.cs").SelectMany(file => File.ReadLines(file).Where(line => Date().IsMatch(line)).Select(line => (Path.GetFileName(file), line.Trim())));

        reads.Should().Equal(("RedisRequests.cs", "replica => replica.Join(asked, DateTimeOffset.UtcNow, Deadline(join)),"));
    }

    [Fact]
    public void Scripts_that_compare_times_take_them_from_Redis()
    {
        foreach (var file in new[] { "group.lua", "nodes.lua" })
        {
            var script = File.ReadAllText(Sources(file).Single());

            script.Should().Contain("local clock = redis.call('TIME')").And.Contain("local now = clock[1] * 1000");
        }

        Sources("*.lua").Sum(file => Regex.Count(File.ReadAllText(file), @"\bnow = ")).Should().Be(2, "nothing sets it to anything else");
    }

    private static IEnumerable<string> Sources(string pattern)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Djust.Presence.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("The tests do not run from within the repository.");
        }

        var source = Path.Combine(root.FullName, "src", "Djust.Presence.Redis");
        return Directory.EnumerateFiles(source, pattern, SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(source, file).StartsWith("obj" + Path.DirectorySeparatorChar, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\b(UtcNow|Now\b(?<=DateTime\.Now|DateTimeOffset\.Now)|Today|GetUtcNow|GetLocalNow|TimeProvider|TickCount|TickCount64)\b")]
    private static partial Regex Date();
}
