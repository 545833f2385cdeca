using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>
/// A <see cref="PresenceHub"/> whose clients show each other their pointers. Clients call <see cref="CursorMove"/>; what moved reaches the others in
/// one message for each <see cref="PresenceOptions.BroadcastInterval"/>, and the last position always does.
/// </summary>
/// <remarks>Clients can call <see cref="CursorMove"/> and <see cref="CursorMoveIn"/> beside what <see cref="PresenceHub"/> lets them call; everything else is protected.</remarks>
public abstract class LiveCursorHub : PresenceHub
{
    /// <summary>The group of the move that this instance handles, or null for the connection's own.</summary>
    private string? _key;

    /// <summary>Called by clients when the pointer has moved. Notes the newest position and returns at once.</summary>
    /// <param name="x">The horizontal position; the browser client sends 0 to 1, relative to an element.</param>
    /// <param name="y">The vertical position.</param>
    /// <returns>A task that is done, unless <see cref="HandleCursorMoveAsync"/> is overridden and waits.</returns>
    /// <exception cref="HubException">A coordinate is not finite or too large; or the connection does not track, or may not show a pointer (<see cref="PresenceOperation.Cursor"/>), which is told once.</exception>
    public Task CursorMove(double x, double y) => HubCursors.MoveAsync(this, null, x, y, Handler(null, x, y));

    /// <summary>The same for a connection that is in several groups.</summary>
    /// <param name="key">A presence key that the connection tracks.</param>
    /// <param name="x">The horizontal position.</param>
    /// <param name="y">The vertical position.</param>
    /// <returns>As <see cref="CursorMove"/>.</returns>
    /// <exception cref="HubException">As <see cref="CursorMove"/>.</exception>
    public Task CursorMoveIn(string key, double x, double y) => HubCursors.MoveAsync(this, key ?? string.Empty, x, y, Handler(key, x, y));

    /// <summary>
    /// Decides what becomes of a client's move; by default it is noted as it is. Override it to snap to a grid (call
    /// <see cref="UpdateCursorPositionAsync"/> with other coordinates) or to refuse (do not call it). A client that moves faster than
    /// <see cref="PresenceOptions.CursorMovesPerSecond"/> has its newest move handled as soon as it may.
    /// </summary>
    /// <param name="x">The horizontal position.</param>
    /// <param name="y">The vertical position.</param>
    /// <returns>A task that ends when the move is handled.</returns>
    protected virtual Task HandleCursorMoveAsync(double x, double y) => UpdateCursorPositionAsync(x, y);

    /// <summary>Moves this connection's cursor, in the group of the move that is handled, or in this hub's.</summary>
    /// <param name="x">The horizontal position.</param>
    /// <param name="y">The vertical position.</param>
    /// <returns>A task that is done.</returns>
    protected Task UpdateCursorPositionAsync(double x, double y) => HubCursors.UpdateAsync(this, _key, x, y);

    /// <summary>The last known position of each user in this hub's group, those of other servers included; see <see cref="CursorTracker.GetCursorsAsync"/>.</summary>
    /// <returns>Positions by user id, with the metas that the caller may see (<see cref="IPresenceProjection"/>).</returns>
    protected Task<IReadOnlyDictionary<string, CursorPosition>> GetCursorsAsync() => HubCursors.GetAsync(this, null);

    /// <summary>Shows or hides others' cursors to this connection. Hidden ones are not sent. Expose it if viewers may choose: <c>public Task ShowCursors(bool visible) =&gt; ShowCursorsAsync(visible);</c></summary>
    /// <param name="visible">Whether they are shown; they are until this is called.</param>
    /// <returns>A task that is done.</returns>
    protected Task ShowCursorsAsync(bool visible) => HubCursors.ShowAsync(this, null, visible);

    /// <summary>Handles a move on an instance of its own, for a client that moved faster than it may.</summary>
    internal Task HandleLaterAsync(string? key, CursorPoint point)
    {
        _key = key;
        return HandleCursorMoveAsync(point.X, point.Y);
    }

    /// <summary>What the application does with a move; null where it has not overridden it, which is most of what a busy room costs.</summary>
    private Func<Task>? Handler(string? key, double x, double y) => HubPresence.HandlesCursors(this)
        ? () =>
        {
            _key = key;
            return HandleCursorMoveAsync(x, y);
        }
        : null;
}
