namespace Whiteboard;

/// <summary>A line drawn by hand.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Color">Whose color it has; the server says.</param>
/// <param name="Points">Where it goes: <c>x, y, x, y …</c>, each 0 to 1.</param>
public sealed record BoardStroke(string Id, string? Color, IReadOnlyList<double> Points) : BoardItem(Id, Color)
{
    private const int MaxNumbers = 1_000;

    public BoardStroke Check()
    {
        CheckId(Id);
        Require(Points is { Count: >= 2 and <= MaxNumbers } && Points.Count % 2 == 0 && Points.All(IsOnBoard), $"A stroke has 2 to {MaxNumbers} coordinates from 0 to 1, in pairs.");
        return this;
    }
}
