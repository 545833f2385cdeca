using System.Collections;

namespace Djust.Presence;

/// <summary>A list as an audience sees it. Only what is read is projected: a page may show eight of a thousand.</summary>
internal sealed class ProjectedList(IReadOnlyList<Presence> whole, PresenceAudience audience) : IReadOnlyList<Presence>
{
    public int Count => whole.Count;

    public Presence this[int index] => audience.Show(whole[index]);

    public IEnumerator<Presence> GetEnumerator() => whole.Select(audience.Show).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
