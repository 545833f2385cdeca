namespace Djust.Presence;

/// <summary>
/// Decides who sees which fields of a meta. Register yours with
/// <see cref="Microsoft.Extensions.DependencyInjection.PresenceServiceCollectionExtensions.AddPresenceProjection{T}"/>; without one, everybody who
/// may see a group sees all. Viewers who see the same are one audience, and what it sees is made and serialised once for all of them.
/// </summary>
/// <remarks>
/// It applies to what clients are sent (<c>PresenceState</c>, <c>PresenceDiff</c>, <c>PresenceSync</c>), to the tag helpers, to
/// <see cref="IPresenceManager.ListPresencesAsync(PresenceViewer, CancellationToken)"/> and to a hub's <c>GetCursorsAsync</c>. Callbacks and the other lists are the
/// server's own and see the whole meta. Ids and the number of users are not hidden. Both methods are called concurrently, must be quick and wait for nothing: a room waits for
/// them. Where one throws, the viewer sees ids without meta; it is logged, and nobody else notices.
/// </remarks>
public interface IPresenceProjection
{
    /// <summary>Names the audience that a viewer belongs to: <c>staff</c>, <c>guests</c>. Asked once for each track, watch, list of cursors and rendered list.</summary>
    /// <param name="viewer">Who looks at which group.</param>
    /// <returns>
    /// Any name; names are compared ordinally, and <see cref="PresenceOptions.MaxAudiencesPerGroup"/> limits how many a group has. Null for somebody who sees ids
    /// only.
    /// </returns>
    string? AudienceOf(PresenceViewer viewer);

    /// <summary>
    /// What an audience sees of a meta: the same for the same arguments, since it is kept and shared. Also called with the metas of single connections
    /// and of cursors. Return <paramref name="meta"/> itself where all of it may be seen, else
    /// <see cref="PresenceMeta.Only"/> or <see cref="PresenceMeta.Without"/> of it.
    /// </summary>
    /// <param name="audience">A name that <see cref="AudienceOf"/> returned. Members of an audience see themselves as the others in it do.</param>
    /// <param name="key">The presence key.</param>
    /// <param name="userId">Whose meta it is.</param>
    /// <param name="meta">The whole meta.</param>
    /// <returns>The meta that is shown.</returns>
    PresenceMeta Project(string audience, string key, string userId, PresenceMeta meta);
}
