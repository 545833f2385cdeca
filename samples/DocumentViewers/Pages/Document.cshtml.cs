using Djust.Presence.Samples;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace DocumentViewers.Pages;

public sealed class DocumentModel : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string DocId { get; set; } = string.Empty;

    public string Name { get; private set; } = string.Empty;

    public string Key => $"document:{DocId}";

    public string Hub => $"~/hubs/document/{Uri.EscapeDataString(DocId)}{QueryString.Create("name", Name)}";

    public string Title => string.Join(' ', DocId.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    public IActionResult OnGet(string? name)
    {
        Name = Visitor.CleanName(name);
        return DocId.Any(char.IsControl) ? NotFound() : Page();
    }
}
