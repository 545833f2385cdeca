using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Djust.Presence.EndToEnd.Tests.Hosting;

/// <summary>A redis-server on 127.0.0.1 that keeps nothing on disk. It keeps its port when it is started again, and is empty then.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private const string Variable = "REDIS_SERVER";
    private const int Attempts = 20;
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly string[] _arguments;
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;

    /// <param name="port">Where it will listen, also after each restart.</param>
    /// <param name="arguments">More of redis-server's, as <c>"--requirepass", "secret"</c>.</param>
    public RedisProcess(int port, params string[] arguments)
    {
        Port = port;
        _arguments = arguments;
    }

    public int Port { get; }

    public string Endpoint => $"127.0.0.1:{Port}";

    /// <summary>On a free port.</summary>
    public static async Task<RedisProcess> StartNewAsync(params string[] arguments)
    {
        var redis = new RedisProcess(FreePort.Take(), arguments);
        await redis.StartAsync();
        return redis;
    }

    /// <summary>Starts, or starts again with nothing in it; comes back when it accepts connections.</summary>
    public async Task StartAsync()
    {
        await KillAsync();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var attempt = 1; ; attempt++)
        {
            // By its own word: somebody else may answer on the port.
            if (await BeginAsync().WaitAsync(StartDeadline))
            {
                return;
            }

            await KillAsync();
            var output = string.Join(Environment.NewLine, _output);
            if (attempt == Attempts || !output.Contains("Address already in use", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"redis-server ended before it accepted connections:{Environment.NewLine}{output}");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>As a crash does (SIGKILL).</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            if (!process.HasExited)
            {
                process.Kill();
            }

            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Stops answering, with every connection open.</summary>
    public Task PauseAsync() => Signal.SendAsync(_process!, Signal.Stop);

    /// <summary>Answers what came in the meantime, and goes on.</summary>
    public Task ResumeAsync() => Signal.SendAsync(_process!, Signal.Continue);

    public async ValueTask DisposeAsync() => await KillAsync();

    private Task<bool> BeginAsync()
    {
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable(Variable) ?? "redis-server")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
            ArgumentList = { "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", string.Empty, "--appendonly", "no" },
        };
        foreach (var argument in _arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _output.Clear();
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Read(line.Data, ready);
        process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? string.Empty);
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            process.Dispose();
            throw new InvalidOperationException(
                $"{start.FileName} cannot be started. Install it (apt-get install redis-server), or name it in the environment variable {Variable}.", error);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        return ready.Task;
    }

    private void Read(string? line, TaskCompletionSource<bool> ready)
    {
        _output.Enqueue(line ?? string.Empty);
        if (line is null)
        {
            ready.TrySetResult(false);
        }
        else if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
        {
            ready.TrySetResult(true);
        }
    }
}
