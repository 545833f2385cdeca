using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>A sample, started as a user would, on a free port of 127.0.0.1.</summary>
public sealed partial class SampleProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<Uri?> _url = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SampleProcess(string sample, int port, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
            ArgumentList = { Assembly(sample), "--urls", $"http://127.0.0.1:{port}" },
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
    }

    public Uri Url { get; private set; } = null!;

    public string Output => string.Join(Environment.NewLine, _output);

    public static Task<SampleProcess> StartAsync(string sample, int port = 0) => StartAsync(sample, port, []);

    /// <param name="sample">The sample's project.</param>
    /// <param name="port">Where it listens; 0 for any free port.</param>
    /// <param name="arguments">More of its arguments.</param>
    /// <param name="environment">More variables of its environment.</param>
    public static async Task<SampleProcess> StartAsync(
        string sample, int port, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = new SampleProcess(sample, port, arguments, environment);
        process.Begin();
        try
        {
            process.Url = await process._url.Task.WaitAsync(StartDeadline)
                ?? throw new InvalidOperationException($"{sample} ended before it said where it listens:{Environment.NewLine}{process.Output}");
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a sample that is expected to end by itself.</summary>
    /// <returns>Its exit code, and what it wrote.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string sample, params string[] arguments)
    {
        await using var process = new SampleProcess(sample, 0, arguments);
        process.Begin();
        using var deadline = new CancellationTokenSource(StartDeadline);
        await process._process.WaitForExitAsync(deadline.Token);
        return (process._process.ExitCode, process.Output);
    }

    /// <summary>As a crash or a power cut does: nothing of the process's own runs any more.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>As a service manager does (SIGTERM): comes back when the process has ended by itself.</summary>
    public async Task StopAsync()
    {
        await Signal.SendAsync(_process, Signal.Terminate);
        using var deadline = new CancellationTokenSource(StopDeadline);
        await _process.WaitForExitAsync(deadline.Token);
    }

    /// <summary>Stops running, with every connection open: what a machine does that swaps, or is moved (SIGSTOP).</summary>
    public Task PauseAsync() => Signal.SendAsync(_process, Signal.Stop);

    /// <summary>Goes on as if nothing had happened (SIGCONT).</summary>
    public Task ResumeAsync() => Signal.SendAsync(_process, Signal.Continue);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static string Assembly(string sample) => typeof(SampleProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == $"Sample.{sample}").Value!;

    private void Begin()
    {
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            _url.TrySetResult(null);
            return;
        }

        _output.Enqueue(line);
        if (OpenLine().Match(line) is { Success: true } match)
        {
            _url.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    [GeneratedRegex("^Open (http://[^/]+)/")]
    private static partial Regex OpenLine();
}
