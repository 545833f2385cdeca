namespace Djust.Presence;

/// <summary>
/// Names the group of a hub's connections: <c>[PresenceKey("document:{docId}")]</c>. A hub without it uses its full type name.
/// </summary>
/// <param name="template">Text with variables in braces, see <see cref="PresenceKeyTemplate"/>. Braces that are meant literally are doubled.</param>
/// <exception cref="FormatException">Raised at start for a template that cannot be parsed.</exception>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PresenceKeyAttribute(string template) : Attribute
{
    /// <summary>The template. A variable is looked up in the hub endpoint's route values, then in the query string; a missing one is an error that names it.</summary>
    public string Template { get; } = template;

    /// <summary>The authorization policy that decides who may track or watch the group; null (the default) lets the application's own code decide.</summary>
    public string? Policy { get; set; }

    /// <summary>
    /// The authorization policy that decides whose pointer is shown, for hubs that have cursors; null (the default) asks <see cref="Policy"/>, with
    /// <see cref="PresenceOperation.Cursor"/> as the operation.
    /// </summary>
    public string? CursorPolicy { get; set; }
}
