using System.Globalization;
using Microsoft.Playwright;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>The board of a Whiteboard page, and the pointers on it.</summary>
public sealed class Board(Tab tab)
{
    public Tab Tab { get; } = tab;

    public ILocator Pointers => Tab.Page.Locator(".live-cursor");

    /// <summary>Moves the mouse to a place on the board.</summary>
    /// <param name="x">0 to 1.</param>
    /// <param name="y">0 to 1.</param>
    public async Task PointAsync(double x, double y)
    {
        var box = await BoxAsync();
        await Tab.Page.Mouse.MoveAsync((float)(box[0] + (x * box[2])), (float)(box[1] + (y * box[3])));
    }

    /// <summary>Where the only pointer of others is drawn: how far, in pixels of the window, from a place on the board.</summary>
    public async Task<double> DistanceAsync(double x, double y) => await Tab.Page.EvaluateAsync<double>(
        """
        ([x, y]) => {
          const pointer = document.querySelector(".live-cursor")?.getBoundingClientRect();
          const board = document.querySelector("#board");
          const box = board.getBoundingClientRect();
          if (pointer === undefined) return 1e9;
          const scale = box.width / board.offsetWidth;
          const [left, top] = [box.left + board.clientLeft * scale, box.top + board.clientTop * scale];
          return Math.hypot(pointer.left - left - x * board.clientWidth * scale, pointer.top - top - y * board.clientHeight * scale);
        }
        """,
        new[] { x, y });

    /// <summary>Waits until the pointer is drawn within four pixels of a place.</summary>
    public Task IsPointedAtAsync(double x, double y) => Eventually.TrueAsync(
        async () => await DistanceAsync(x, y) <= 4,
        string.Create(CultureInfo.InvariantCulture, $"the other's pointer is at {x}, {y}"));

    /// <summary>The board's content: left, top, width and height in the window.</summary>
    private Task<double[]> BoxAsync() => Tab.Page.EvaluateAsync<double[]>(
        """
        () => {
          const board = document.querySelector("#board");
          const box = board.getBoundingClientRect();
          const scale = box.width / board.offsetWidth;
          return [box.left + board.clientLeft * scale, box.top + board.clientTop * scale, board.clientWidth * scale, board.clientHeight * scale];
        }
        """);
}
