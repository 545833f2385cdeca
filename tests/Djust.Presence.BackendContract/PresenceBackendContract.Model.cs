using Xunit;
using Xunit.Sdk;

namespace Djust.Presence.BackendContract;

/// <content>Random histories against a naive model.</content>
public abstract partial class PresenceBackendContract
{
    /// <summary>How many random histories are run; each has <see cref="ModelSteps"/> steps, a few of which let time pass.</summary>
    protected virtual int ModelRuns => 10;

    /// <summary>How long each random history is.</summary>
    protected virtual int ModelSteps => 60;

    /// <summary>The seed of the first history, the next one has the next number. Override it to repeat a failure.</summary>
    protected virtual int ModelSeed { get; } = Random.Shared.Next(1_000_000);

    [Fact]
    public async Task Random_histories_are_what_a_naive_model_says()
    {
        for (var seed = ModelSeed; seed < ModelSeed + ModelRuns; seed++)
        {
            var key = $"{Key}:{seed}";
            var feed = await FollowAsync(B, key);
            var history = await RandomHistory.StartAsync(Store, seed, key, A, [ConnectNode("x"), ConnectNode("y")]);
            try
            {
                for (var step = 0; step < ModelSteps; step++)
                {
                    await history.StepAsync();
                }

                await history.SweepAsync();
                await ShouldAgreeAsync(feed, key);
                await history.EndAsync();
                await ShouldListAsync(key);
            }
            catch (Exception e)
            {
                throw new XunitException($"Seed {seed}, after these steps:\n{string.Join('\n', history.Log)}", e);
            }
        }
    }
}
