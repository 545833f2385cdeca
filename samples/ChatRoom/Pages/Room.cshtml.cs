using Djust.Presence.Samples;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace ChatRoom.Pages;

public sealed class RoomModel : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string RoomId { get; set; } = string.Empty;

    public string Key => $"room:{RoomId}";

    public string Hub { get; private set; } = string.Empty;

    public IActionResult OnGet(string? name)
    {
        Hub = $"~/hubs/chat/{Uri.EscapeDataString(RoomId)}{QueryString.Create("name", Visitor.CleanName(name))}";
        return RoomId.Any(char.IsControl) ? NotFound() : Page();
    }
}
