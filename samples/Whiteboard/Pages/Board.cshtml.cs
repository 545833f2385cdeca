using Djust.Presence.Samples;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Whiteboard.Pages;

public sealed class BoardModel : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string BoardId { get; set; } = string.Empty;

    public string Key => $"board:{BoardId}";

    public string Hub { get; private set; } = string.Empty;

    public IActionResult OnGet(string? name)
    {
        Hub = $"~/hubs/board/{Uri.EscapeDataString(BoardId)}{QueryString.Create("name", Visitor.CleanName(name))}";
        return BoardId.Any(char.IsControl) ? NotFound() : Page();
    }
}
