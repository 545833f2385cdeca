namespace Djust.Presence.EndToEnd.Tests.Cluster.Chaos;

/// <summary>What a run did.</summary>
internal sealed class ChaosCounts
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public void Add(string what, long count = 1)
    {
        lock (_counts)
        {
            _counts[what] = _counts.GetValueOrDefault(what) + count;
        }
    }

    public override string ToString()
    {
        lock (_counts)
        {
            return string.Join(", ", _counts.Select(count => $"{count.Value} {count.Key}"));
        }
    }
}
