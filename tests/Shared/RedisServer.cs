using System.Globalization;

namespace Djust.Presence.Testing;

/// <summary>A redis-server on 127.0.0.1 that keeps nothing on disk. It keeps its port when it is started again.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const int Attempts = 20;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("djust-redis-");

    private RedisProcess? _process;
    private string[] _arguments = [];

    private RedisServer()
    {
    }

    public int Port { get; private set; }

    public string Endpoint => $"127.0.0.1:{Port}";

    /// <param name="port">0 for any that is free.</param>
    /// <param name="arguments">More of redis-server's, as <c>"--maxmemory", "10mb"</c>.</param>
    public static Task<RedisServer> StartAsync(int port = 0, params string[] arguments) => StartAsync(port, () => arguments);

    /// <summary>For arguments that name ports too: they are asked for again when a port was lost.</summary>
    public static async Task<RedisServer> StartAsync(int port, Func<string[]> arguments)
    {
        var server = new RedisServer();
        try
        {
            await server.StartAsync(() =>
            {
                server.Port = port == 0 ? FreePort.Take() : port;
                server._arguments = arguments();
            });
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>As a crash does (SIGKILL).</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>On the same port, and empty.</summary>
    public async Task RestartAsync()
    {
        await EndAsync();

        // A replica's copy of its master.
        foreach (var file in _directory.EnumerateFiles("*.rdb"))
        {
            file.Delete();
        }

        await StartAsync(() => { });
    }

    /// <summary>Stops answering, with every connection open (SIGSTOP).</summary>
    public Task PauseAsync() => _process!.SignalAsync(Signal.Stop);

    /// <summary>Answers what came in the meantime, and goes on.</summary>
    public Task ResumeAsync() => _process!.SignalAsync(Signal.Continue);

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _directory.Delete(recursive: true);
    }

    private async Task EndAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            _process = null;
        }
    }

    private async Task StartAsync(Action choosePorts)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var attempt = 1; ; attempt++)
        {
            choosePorts();
            _process = await RedisProcess.StartAsync(
            [
                "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _directory.FullName,
                "--save", string.Empty, "--appendonly", "no", .. _arguments,
            ]);
            if (_process.IsRunning)
            {
                return;
            }

            if (!_process.LostItsPort || attempt == Attempts)
            {
                throw new InvalidOperationException($"redis-server ended before it accepted connections:{Environment.NewLine}{_process.Output}");
            }

            await EndAsync();
            await timer.WaitForNextTickAsync();
        }
    }
}
