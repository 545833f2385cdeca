namespace Djust.Presence;

/// <summary>What is said to a request, by where its page comes from.</summary>
internal enum OriginVerdict
{
    /// <summary>It may go on.</summary>
    Allowed,

    /// <summary>Its page is of another origin, which is not in the list.</summary>
    Foreign,

    /// <summary>It does not say where it comes from, and has to.</summary>
    Missing,
}
