using CsCheck;
using Xunit;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>Whatever happens on a node, in its store and between them, observers see what they are to see.</summary>
public sealed class GroupReplicaTests
{
    private static readonly Gen<(int Action, int User, int Connection, int Meta)> Step = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 2], Gen.Int[0, 1], Gen.Int[0, 3]);

    [Fact]
    public void Observers_see_what_the_store_says_while_it_answers() => Step.Array[0, 60].Sample(steps =>
    {
        var world = new ReplicaWorld();
        Array.ForEach(steps, world.Online);
    }, iter: 200);

    [Fact]
    public void Observers_see_what_this_node_wants_while_the_store_is_away() => Gen.Select(Step.Array[0, 20], Step.Array[0, 40]).Sample((before, meanwhile) =>
    {
        var world = new ReplicaWorld();
        Array.ForEach(before, world.Online);
        Array.ForEach(meanwhile, world.Apart);
    }, iter: 300);

    [Fact]
    public void Observers_see_the_store_again_after_each_absence() => Gen.Select(Step.Array[0, 15], Step.Array[0, 15]).Array[1, 4].Sample(rounds =>
    {
        var world = new ReplicaWorld();
        foreach (var (before, meanwhile) in rounds)
        {
            Array.ForEach(before, world.Online);
            Array.ForEach(meanwhile, world.Apart);
            world.Recover();
        }
    }, iter: 300);
}
