namespace Whiteboard;

/// <summary>A sticky note.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Color">The color of whoever wrote it last; the server says.</param>
/// <param name="X">Where its corner is, 0 to 1.</param>
/// <param name="Y">Where its corner is, 0 to 1.</param>
/// <param name="Text">What is written on it.</param>
public sealed record BoardNote(string Id, string? Color, double X, double Y, string Text) : BoardItem(Id, Color)
{
    private const int MaxText = 280;

    public BoardNote Check()
    {
        CheckId(Id);
        Require(IsOnBoard(X) && IsOnBoard(Y) && Text is { Length: <= MaxText }, $"A note is on the board, from 0 to 1, and has at most {MaxText} characters.");
        return this;
    }
}
