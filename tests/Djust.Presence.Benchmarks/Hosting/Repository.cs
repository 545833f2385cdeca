namespace Djust.Presence.Benchmarks;

/// <summary>The repository that this program was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string directory) => File.Exists(Path.Combine(directory, "Djust.Presence.sln"))
        ? directory
        : Find(Path.GetDirectoryName(directory.TrimEnd('/')) ?? throw new InvalidOperationException("Run this from the repository."));
}
