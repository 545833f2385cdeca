using System.Diagnostics;

namespace Djust.Presence.Testing;

internal static class Signal
{
    public const string Stop = "STOP";
    public const string Continue = "CONT";
    public const string Terminate = "TERM";

    public static async Task SendAsync(Process process, string signal)
    {
        // The shell's own kill: a program of that name is not installed everywhere.
        using var kill = Process.Start(new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", $"kill -{signal} {process.Id}" } })!;
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"Process {process.Id} could not be sent SIG{signal}.");
        }
    }
}
