namespace Djust.Presence;

/// <content>The feed: messages in order, and a fresh reading wherever one is missing.</content>
internal sealed partial class RedisGroup
{
    /// <summary>The store has another numbering than this node relied on: either everything was taken out meanwhile, or the store has lost it.</summary>
    public async Task LookAgainAsync()
    {
        if (!await _groups.IsStoreIntactAsync())
        {
            throw new PresenceStoreException("it has lost its memory");
        }

        await Following.WaitAsync();
        try
        {
            if (_queue is not null)
            {
                await ListenAsync();
                await ReadFreshAsync();
                return;
            }

            var fresh = await _groups.Reader.ReadVersionAsync(Key);
            Locked(replica =>
            {
                replica.DropOtherThan(fresh.Epoch);
                return true;
            });
        }
        finally
        {
            Following.Release();
        }
    }

    /// <summary>Looks whether the last message of the feed was lost.</summary>
    public async Task CheckVersionAsync()
    {
        if (IsFollowed && !IsApart)
        {
            await CatchUpAsync(await _groups.Reader.ReadVersionAsync(Key));
        }
    }

    /// <summary>Waits for the feed to come to what was read, and reads anew if it does not.</summary>
    private Task CatchUpAsync((string Epoch, long Version) now)
    {
        lock (_gate)
        {
            var isEmpty = now.Epoch.Length == 0;
            if (Replica.State is not { } state || _isReading || (isEmpty ? state.Users.Count == 0 : state.Epoch == now.Epoch && state.Version >= now.Version))
            {
                return Task.CompletedTask;
            }

            (_promised, _promisedEpoch) = (Math.Max(1, now.Version), now.Epoch);
        }

        return CatchUpAsync();
    }

    private async Task FollowAsync()
    {
        if ((_queue is not null && Replica.State is not null) || IsApart)
        {
            return;
        }

        try
        {
            await ListenAsync();
            await ReadFreshAsync();
        }
        catch (PresenceStoreException e)
        {
            // Followed all the same: from what this node holds, until the store is back.
            _groups.Link.Interrupt(e.Message);
        }
    }

    private async Task ListenAsync()
    {
        lock (_gate)
        {
            // From here on messages wait for the reading that they follow.
            (_isReading, _waiting) = (true, _waiting ?? []);
        }

        if (_queue is null)
        {
            var queue = await _groups.Link.SubscribeAsync(_groups.Keys.Feed(Key));
            queue.OnMessage(message => Receive((ReadOnlyMemory<byte>)message.Message));
            _queue = queue;
        }
    }

    private async Task ReadFreshAsync()
    {
        var confirmations = Locked(replica => replica.Confirmations);
        var fresh = await _groups.Reader.ReadAsync(Key);
        var (missing, isAnew) = Locked(replica => (replica.MissingIn(fresh, confirmations), replica.State is { Users.Count: > 0 } known && known.Epoch != fresh.Epoch));
        if ((missing.Count > 0 || isAnew) && !await _groups.IsStoreIntactAsync())
        {
            throw new PresenceStoreException("the store has lost entries that it had");
        }

        lock (_gate)
        {
            if (IsApart && (Replica.State is not null || Replica.IsLocal))
            {
                // The store has not been told yet what this node holds: what it says is older than what is shown here. It is read again when it is told.
                return;
            }

            // Only what was missing before and after the store was found intact has been removed by somebody.
            TakeFresh(fresh, [.. Replica.MissingIn(fresh, confirmations).Where(missing.Contains)]);
        }
    }

    private void TakeFresh(GroupState fresh, IReadOnlyCollection<OwnEntry> removed)
    {
        _alive = null;
        _promised = 0;
        Replica.Reset(fresh, removed);
        _isReading = false;
        var waiting = _waiting ?? [];
        _waiting = null;
        foreach (var message in waiting)
        {
            Handle(message);
        }
    }

    private void Receive(ReadOnlyMemory<byte> body)
    {
        lock (_gate)
        {
            if (_waiting is not null)
            {
                _waiting.Add(body);
                return;
            }

            Handle(body);
        }
    }

    private void Handle(ReadOnlyMemory<byte> body)
    {
        if (_waiting is not null)
        {
            _waiting.Add(body);
            return;
        }

        var step = Take(body);
        if (step is null)
        {
            _groups.Garbage.Found("a message that cannot be read");
        }
        else if (step == GroupStep.Hole)
        {
            _waiting = [];
            _isReading = true;
            _ = ResyncAsync();
        }
        else if (step != GroupStep.Known)
        {
            _alive = null;
            if (Replica.WasSwept && !IsApart)
            {
                _groups.Link.Interrupt("the lease of this node was lost");
            }
        }
    }

    private GroupStep? Take(ReadOnlyMemory<byte> body)
    {
        switch (body.IsEmpty ? 0 : body.Span[0])
        {
            case GroupFormat.Change:
                return GroupFormat.ReadChange(body) is { Kind: not null } change ? Replica.Take(change) : null;
            case GroupFormat.OwnerChange:
                return GroupFormat.ReadOwnerChange(body) is { } owner ? Replica.Take(owner) : null;
            case GroupFormat.Message when GroupFormat.ReadMessage(body) is { } message:
                _observers.OnMessage(message);
                return GroupStep.Known;
            default:
                return null;
        }
    }

    /// <summary>A message is missing: reads the group anew.</summary>
    private async Task ResyncAsync()
    {
        await Following.WaitAsync();
        try
        {
            if (IsFollowed && Locked(_ => _isReading))
            {
                await ReadFreshAsync();
                _groups.Resynced();
            }
        }
        catch (PresenceStoreException e)
        {
            _groups.Link.Interrupt(e.Message);
        }
        catch (Exception e)
        {
            _groups.Failed(Key, e);
            _groups.Link.Interrupt("a group could not be read");
        }
        finally
        {
            Following.Release();
        }
    }

    /// <summary>What was promised by an answer should come through the feed; if it does not, it was lost there.</summary>
    private async Task CatchUpAsync()
    {
        await Task.Delay(FeedDelay);
        lock (_gate)
        {
            if (_isReading || IsApart || !IsBehind)
            {
                return;
            }

            (_isReading, _waiting) = (true, []);
        }

        await ResyncAsync();
    }

    private bool IsBehind => Replica.State is { } state && _promised > 0 && (state.Epoch != _promisedEpoch || state.Version < _promised);
}
