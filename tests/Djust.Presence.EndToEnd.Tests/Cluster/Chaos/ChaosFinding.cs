namespace Djust.Presence.EndToEnd.Tests.Cluster.Chaos;

/// <summary>Something that a tab was told and that cannot be.</summary>
internal sealed record ChaosFinding(string What, string User, long At, ChaosTab Tab, string Story)
{
    public override string ToString() => $"{User}: {What}, told {Tab.Client.Name}";
}
