namespace Djust.Presence;

/// <content>The audiences of the room's members, where the application has a projection.</content>
internal sealed partial class Room
{
    private readonly Dictionary<PresenceAudience, RoomAudience> _audiences = [];

    /// <summary>Puts a member into an audience; what it is told next is what that sees.</summary>
    /// <param name="member">The member.</param>
    /// <param name="audience">The audience, or null where the application has no projection.</param>
    /// <exception cref="PresenceRefusedException">The room has as many audiences as it may have; the member stays in the one that it was in.</exception>
    public void Admit(RoomMember member, PresenceAudience? audience)
    {
        if (audience == member.Audience?.Audience)
        {
            return;
        }

        lock (_gate)
        {
            var next = audience is null ? null : Find(audience, member.Audience);
            Release(member.Audience);
            member.Audience = next;
            _ = next is null ? 0 : next.Members++;
        }
    }

    /// <summary>The room's audience of a name; a new one counts, unless it takes the place of one that the member is the last of.</summary>
    private RoomAudience Find(PresenceAudience audience, RoomAudience? before)
    {
        if (_audiences.TryGetValue(audience, out var known))
        {
            return known;
        }

        var named = _audiences.Keys.Count(other => other.Name is not null) - (before is { Members: 1, Audience.Name: not null } ? 1 : 0);
        if (audience.Name is not null && named >= _options.MaxAudiencesPerGroup)
        {
            throw new PresenceRefusedException($"The group has viewers of {named} audiences on this server; no more are allowed (MaxAudiencesPerGroup). Let IPresenceProjection.AudienceOf give those who see the same one name.");
        }

        _audiences.Add(audience, known = new RoomAudience(audience));
        return known;
    }

    private void Release(RoomAudience? audience)
    {
        if (audience is not null && --audience.Members == 0)
        {
            _audiences.Remove(audience.Audience);
        }
    }

    /// <summary>Moves every audience on; one that comes later has been told nothing yet.</summary>
    private void AdvanceAudiences(Taken taken)
    {
        RoomAudience[] audiences;
        lock (_gate)
        {
            audiences = _audiences.Count == 0 ? [] : [.. _audiences.Values];
        }

        foreach (var audience in audiences)
        {
            Advance(audience, taken);
        }
    }

    private RoomFlush FlushFor(RoomMember member, Taken taken) => member.Audience is { } audience
        ? taken.Audiences.TryGetValue(audience, out var flush) ? flush : Advance(audience, taken)
        : taken.Flush;

    private RoomFlush Advance(RoomAudience audience, Taken taken)
    {
        var flush = audience.Advance(taken.Flush, taken.Reset, taken.Changes, _options.MaxPresencesSent);
        taken.Audiences.Add(audience, flush);
        return flush;
    }
}
