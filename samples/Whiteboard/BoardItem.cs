using System.Text.Json.Serialization;
using Microsoft.AspNetCore.SignalR;

namespace Whiteboard;

/// <summary>Something on a board. Its id is made by the browser that put it there, so that putting it twice is putting it once.</summary>
[JsonDerivedType(typeof(BoardStroke), "stroke")]
[JsonDerivedType(typeof(BoardNote), "note")]
public abstract record BoardItem(string Id, string? Color)
{
    private const int MaxIdLength = 40;

    /// <summary>Refuses what no page of ours sends.</summary>
    protected static void Require(bool isRight, string what)
    {
        if (!isRight)
        {
            throw new HubException(what);
        }
    }

    public static T Given<T>(T? item)
        where T : BoardItem => item ?? throw new HubException("An item is needed, and null is none.");

    public static void CheckId(string? id) => Require(id is { Length: > 0 and <= MaxIdLength } && id.All(char.IsAsciiLetterOrDigit), $"An item's id has 1 to {MaxIdLength} letters and digits.");

    protected static bool IsOnBoard(double coordinate) => coordinate is >= 0 and <= 1;
}
