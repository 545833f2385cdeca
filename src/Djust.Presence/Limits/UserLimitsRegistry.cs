namespace Djust.Presence;

/// <summary>The users whose connections send more than a few messages a second: as many entries as such users have connections open, no more.</summary>
internal sealed class UserLimitsRegistry(HubLimits limits)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, UserLimits> _users = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _users.Count;
            }
        }
    }

    public UserLimits Acquire(string id)
    {
        lock (_gate)
        {
            if (!_users.TryGetValue(id, out var user))
            {
                _users.Add(id, user = new UserLimits(id, limits));
            }

            user.Connections++;
            return user;
        }
    }

    public void Release(UserLimits user)
    {
        lock (_gate)
        {
            if (--user.Connections == 0)
            {
                _users.Remove(user.Id);
            }
        }
    }
}
