using System.Diagnostics;

namespace Djust.Presence.Benchmarks;

/// <summary>Our Whiteboard sample beside other servers, in one run of their load generator: a directory with <c>run.mjs</c> and its packages installed.</summary>
internal static class CursorPeersBenchmark
{
    public static async Task<int> RunAsync(string directory, string[] options)
    {
        var script = Path.Combine(Path.GetFullPath(directory), "run.mjs");
        var root = FindRoot(AppContext.BaseDirectory);
        var sample = Path.Combine(root, "samples", "Whiteboard", "bin", "Release", "net10.0", "Whiteboard.dll");
        foreach (var (file, fix) in new[]
        {
            (script, "Give the directory of the load generator, with its packages installed (npm install)."),
            (sample, "Build the sample first: dotnet build -c Release samples/Whiteboard."),
        })
        {
            if (!File.Exists(file))
            {
                await Console.Error.WriteLineAsync($"There is no {file}. {fix}");
                return 2;
            }
        }

        using var node = Process.Start(new ProcessStartInfo("node", [script, .. options, "--ours", $"dotnet {sample} --urls http://127.0.0.1:7110"]))!;
        await node.WaitForExitAsync();
        return node.ExitCode;
    }

    private static string FindRoot(string directory) =>
        File.Exists(Path.Combine(directory, "Djust.Presence.sln")) ? directory : FindRoot(Path.GetDirectoryName(directory.TrimEnd('/')) ?? throw new InvalidOperationException("Run this from the repository."));
}
