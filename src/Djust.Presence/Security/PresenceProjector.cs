namespace Djust.Presence;

/// <summary>Asks the application's projection. Where that fails, nothing of a meta is shown, and the log says so at most once a minute.</summary>
internal sealed class PresenceProjector(IEnumerable<IPresenceProjection> projections, TimeProvider time, ILogger<PresenceProjector> logger)
{
    private readonly IPresenceProjection? _projection = projections.LastOrDefault();
    private readonly RareLog _log = new(time);

    /// <summary>Whether there is a projection; without one, nobody has an audience.</summary>
    public bool IsNeeded => _projection is not null;

    /// <summary>The audience of a viewer, or null where there is no projection.</summary>
    public PresenceAudience? AudienceOf(PresenceViewer viewer)
    {
        if (_projection is null)
        {
            return null;
        }

        try
        {
            return new PresenceAudience(_projection.AudienceOf(viewer), this);
        }
        catch (Exception e)
        {
            Log(nameof(IPresenceProjection.AudienceOf), e);
            return new PresenceAudience(null, this);
        }
    }

    public PresenceMeta Project(string? audience, string key, string userId, PresenceMeta meta)
    {
        if (_projection is null || audience is null)
        {
            return PresenceMeta.Empty;
        }

        try
        {
            return _projection.Project(audience, key, userId, meta) ?? PresenceMeta.Empty;
        }
        catch (Exception e)
        {
            Log(nameof(IPresenceProjection.Project), e);
            return PresenceMeta.Empty;
        }
    }

    private void Log(string method, Exception exception)
    {
        if (_log.MayLog(out var unlogged))
        {
            ProjectionLog.Failed(logger, method, unlogged, new LoggedException(exception));
        }
    }
}
