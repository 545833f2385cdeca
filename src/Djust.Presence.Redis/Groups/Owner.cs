using System.Globalization;

namespace Djust.Presence;

/// <summary>
/// The names of leases: a node's id and which of its leases it is. A lease that was lost is dead for good, and the node goes on with another
/// one, so that a sweep or a request that comes late can never touch what was written under the next.
/// </summary>
internal static class Owner
{
    public static string Name(string nodeId, int life) => string.Create(CultureInfo.InvariantCulture, $"{nodeId}.{life}");

    /// <summary>Whether <see cref="NodeOf"/> is that node: its id may have dots, the number of a lease has none.</summary>
    public static bool IsOf(string owner, string nodeId) =>
        owner.LastIndexOf('.') == nodeId.Length && owner.StartsWith(nodeId, StringComparison.Ordinal);

    public static string NodeOf(string owner) => owner.LastIndexOf('.') is >= 0 and var dot ? owner[..dot] : owner;

    public static int LifeOf(string owner) =>
        int.TryParse(owner.AsSpan(owner.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var life) ? life : 0;
}
