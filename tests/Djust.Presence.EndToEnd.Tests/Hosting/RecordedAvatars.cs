namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>Who a page showed from a moment on.</summary>
public sealed class RecordedAvatars
{
    /// <summary>Milliseconds since 1970, by the machine's clock.</summary>
    public double At { get; set; }

    public string[] Ids { get; set; } = [];

    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds((long)At);
}
