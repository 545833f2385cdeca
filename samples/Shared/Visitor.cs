using System.Security.Cryptography;
using System.Text;

namespace Djust.Presence.Samples;

/// <summary>What a sample shows of a visitor: the name that they chose, and a color that is always theirs.</summary>
public sealed record Visitor(string Name, string Color)
{
    public const int MaxNameLength = 40;

    /// <summary>White text is readable on each of them.</summary>
    private static readonly string[] Colors =
        ["#5b54d6", "#0b7a75", "#b3365b", "#925800", "#2b6cb0", "#7a3fb0", "#37762a", "#b04632", "#4a5b78", "#a3327f"];

    private static readonly string[] Animals =
        ["Otter", "Heron", "Badger", "Lynx", "Marten", "Plover", "Newt", "Hare", "Wren", "Stoat", "Ibex", "Seal", "Raven", "Vole", "Crane", "Elk"];

    public static Visitor Create(string? name, string userId)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(userId));
        var chosen = CleanName(name);
        return new Visitor(chosen.Length > 0 ? chosen : $"Guest {Animals[hash[1] % Animals.Length]}", Colors[hash[0] % Colors.Length]);
    }

    /// <summary>Without characters that turn or break the text around it, trimmed, and cut to 40 characters without splitting one.</summary>
    public static string CleanName(string? name)
    {
        var trimmed = string.Concat((name ?? string.Empty).Where(c => !char.IsControl(c) && c is not (>= '\u202a' and <= '\u202e') and not (>= '\u2066' and <= '\u2069'))).Trim();
        if (trimmed.Length <= MaxNameLength)
        {
            return trimmed;
        }

        return trimmed[..(char.IsHighSurrogate(trimmed[MaxNameLength - 1]) ? MaxNameLength - 1 : MaxNameLength)].TrimEnd();
    }
}
