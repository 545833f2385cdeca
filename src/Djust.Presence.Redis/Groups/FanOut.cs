namespace Djust.Presence;

/// <summary>The observers of one group, as one.</summary>
internal sealed class FanOut : IPresenceObserver
{
    private IPresenceObserver[] _observers = [];

    public bool IsEmpty => _observers.Length == 0;

    public void Add(IPresenceObserver observer) => _observers = [.. _observers, observer];

    public void Remove(IPresenceObserver observer)
    {
        var at = Array.IndexOf(_observers, observer);
        if (at >= 0)
        {
            _observers = [.. _observers[..at], .. _observers[(at + 1)..]];
        }
    }

    public void OnSnapshot(PresenceSnapshot snapshot) => Array.ForEach(_observers, observer => observer.OnSnapshot(snapshot));

    public void OnChange(PresenceChange change) => Array.ForEach(_observers, observer => observer.OnChange(change));

    public void OnMessage(PresenceMessage message) => Array.ForEach(_observers, observer => observer.OnMessage(message));
}
