using Djust.Presence.Backends;

namespace Djust.Presence.BackendContract;

/// <summary>
/// One empty store under test: a Redis database or prefix, or one object in memory. Several nodes connect to it; the suite talks to all of them.
/// </summary>
public interface IPresenceStore : IAsyncDisposable
{
    /// <summary>
    /// The shortest lease that works here; every lease and timeout of the suite is a multiple of it. Ten seconds where the clock is a fake,
    /// some hundred milliseconds where <see cref="AdvanceAsync"/> really waits.
    /// </summary>
    TimeSpan Unit { get; }

    /// <summary>A backend that is attached to this store as another process would be. In memory: the same object each time.</summary>
    /// <returns>The backend; the store disposes it if it needs that.</returns>
    IPresenceBackend ConnectNode();

    /// <summary>Lets at least <paramref name="time"/> pass on the store's clock: by moving a fake one or by waiting.</summary>
    /// <param name="time">How long; a few multiples of <see cref="Unit"/>.</param>
    /// <returns>A task that ends when it has passed.</returns>
    Task AdvanceAsync(TimeSpan time);
}
