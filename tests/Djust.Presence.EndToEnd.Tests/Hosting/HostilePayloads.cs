namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>What hostile users have for a name, a color, an address and everything else.</summary>
internal static class HostilePayloads
{
    private const int TenThousand = 10_240;

    /// <summary>Each runs <c>top.ran.push</c> or a dialog where it runs, and asks for evil.invalid or /stolen where it loads.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "<img src=//evil.invalid/stolen onerror=\"top.ran.push('img');alert(1)\">",
        "<img src=/stolen onerror=top.ran.push('local')>",
        "<script>top.ran.push('script');alert(1)</script>",
        "\"><svg onload=\"top.ran.push('svg');alert(1)\">",
        "' onmouseover='top.ran.push(1)' style='position:fixed;inset:0",
        "</template></presence-item></presence-list><iframe src=\"javascript:top.ran.push('frame')\"></iframe>",
        "--><style>*{position:fixed!important;background:url(//evil.invalid/stolen)}</style>",
        "javascript:top.ran.push('address')",
        "JaVa\tScRiPt:top.ran.push('odd address')",
        "data:text/html,<script>alert(1)</script>",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "//evil.invalid/stolen.png",
        "/\\evil.invalid/stolen.png",
        "red;position:fixed;background:url(//evil.invalid/stolen)",
        "url(//evil.invalid/stolen)",
        "red}*{position:fixed;inset:0}",
        "\u202egpj.eilla\u202d \u2067back\u2066 forth",
        "\u202ekeels\u05d0",
        "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd",
        "__proto__",
        "constructor",
        new string('W', TenThousand),
        new string('\ufdfd', TenThousand),
        "Z" + string.Concat(Enumerable.Repeat("\u0301\u0337", TenThousand / 2)),
        "Z" + string.Concat(Enumerable.Repeat("\u0301\u200d", TenThousand / 2)),
        string.Concat(Enumerable.Repeat("W\n\u2028", TenThousand / 3)),
    ];
}
