using System.Text.Json;

namespace Djust.Presence.Tests.Razor;

/// <summary>safe-text.json: what the server and the browser client must agree on. The tests of djust-presence-js can read the same file.</summary>
internal sealed record SafeTextVectors(string?[][] Names, string?[][] Initials, SafeTextVectors.Verdicts Colors, SafeTextVectors.Verdicts Urls)
{
    private const string File = "tests/Djust.Presence.Tests/Razor/safe-text.json";

    public static SafeTextVectors Load() =>
        JsonSerializer.Deserialize<SafeTextVectors>(System.IO.File.ReadAllText(Path.Combine(Root(), File)), JsonSerializerOptions.Web)!;

    /// <summary>The repository, from wherever in it the tests were built.</summary>
    private static string Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(directory.FullName, File)))
            {
                return directory.FullName;
            }
        }

        throw new FileNotFoundException($"The tests were built outside of the repository, so {File} cannot be found from {AppContext.BaseDirectory}.");
    }

    internal sealed record Verdicts(string[] Safe, string?[] Refused);
}
