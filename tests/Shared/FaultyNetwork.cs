namespace Djust.Presence.Testing;

/// <summary>The faults that connections have now, and a task by which they learn that these are not the same any more.</summary>
internal sealed class FaultyNetwork
{
    private readonly Lock _lock = new();

    private NetworkFaults _faults = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public (NetworkFaults Faults, Task Changed) Look()
    {
        lock (_lock)
        {
            return (_faults, _changed.Task);
        }
    }

    public void Change(Func<NetworkFaults, NetworkFaults> change)
    {
        lock (_lock)
        {
            _faults = change(_faults);
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
