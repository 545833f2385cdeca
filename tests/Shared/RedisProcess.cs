using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Djust.Presence.Testing;

/// <summary>One run of redis-server.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private const string Variable = "REDIS_SERVER";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RedisProcess(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable(Variable) ?? "redis-server")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? string.Empty);
    }

    /// <summary>What it wrote: Redis says there why it does not start.</summary>
    public string Output => string.Join(Environment.NewLine, _output);

    public bool LostItsPort => Output.Contains("Address already in use", StringComparison.Ordinal);

    public bool IsRunning => !_process.HasExited;

    /// <summary>Comes back when it accepts connections, or has ended because it could not.</summary>
    public static async Task<RedisProcess> StartAsync(IEnumerable<string> arguments)
    {
        var process = new RedisProcess(arguments);
        process.Begin();
        try
        {
            // By its own word: somebody else may answer on the port.
            if (!await process._ready.Task.WaitAsync(StartDeadline))
            {
                await process._process.WaitForExitAsync();
            }

            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
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

    public Task SignalAsync(string signal) => Signal.SendAsync(_process, signal);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Begin()
    {
        try
        {
            _process.Start();
        }
        catch (Win32Exception error)
        {
            _process.Dispose();
            throw new InvalidOperationException(
                $"{_process.StartInfo.FileName} cannot be started. Install it (apt-get install redis-server), or name it in the environment variable {Variable}.",
                error);
        }

        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            _ready.TrySetResult(false);
            return;
        }

        _output.Enqueue(line);
        if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
        {
            _ready.TrySetResult(true);
        }
    }
}
