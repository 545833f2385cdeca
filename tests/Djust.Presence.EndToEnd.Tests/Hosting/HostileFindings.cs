namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>What <see cref="HostileInspection"/> found.</summary>
internal sealed class HostileFindings
{
    /// <summary>What users achieved that they must not, and where.</summary>
    public string[] Wrong { get; set; } = [];

    /// <summary>How many users the list in the library's own look shows.</summary>
    public int Faces { get; set; }

    /// <summary>How many users the list in the page's template shows.</summary>
    public int People { get; set; }

    /// <summary>How many pointers are drawn.</summary>
    public int Cursors { get; set; }
}
