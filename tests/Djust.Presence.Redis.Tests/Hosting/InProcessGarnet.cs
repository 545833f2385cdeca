using System.Globalization;
using System.Net.Sockets;
using Garnet;
using Microsoft.Extensions.Logging.Abstractions;

namespace Djust.Presence.Redis.Tests.Hosting;

/// <summary>A Garnet server within the test's process: what speaks Redis' protocol is not always Redis. All is in memory.</summary>
internal sealed class InProcessGarnet : IAsyncDisposable
{
    private const int Attempts = 20;

    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(30);

    /// <summary>For checkpoints, of which none is made. Garnet's default is the working directory.</summary>
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("djust-garnet-");

    private GarnetServer? _server;

    private InProcessGarnet()
    {
    }

    public int Port { get; private set; }

    public string Endpoint => $"127.0.0.1:{Port}";

    public static async Task<InProcessGarnet> StartAsync()
    {
        var garnet = new InProcessGarnet();
        try
        {
            await Task.Run(garnet.Start);
            await RespClient.CommandAsync(garnet.Port, "PING");
            return garnet;
        }
        catch
        {
            await garnet.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // It waits for what it runs, and a script within a transaction never ends there.
        await Task.Run(End).WaitAsync(EndDeadline);
        _directory.Delete(recursive: true);
    }

    private void Start()
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort.Take();
            try
            {
                _server = new GarnetServer(
                [
                    "--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture),
                    "--checkpointdir", _directory.FullName,

                    // A script's keys are locked while it runs: otherwise others would see it half done.
                    "--lua", "--lua-transaction-mode",

                    // It takes gigabytes of address space otherwise.
                    "--memory", "64m", "--page", "1m", "--index", "1m",
                    "-q", "--disable-console-logger",
                ],
                NullLoggerFactory.Instance);
                _server.Start();
                return;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse && attempt < Attempts)
            {
                End();
            }
        }
    }

    private void End()
    {
        // It would delete the directory of its log, which is the working directory, with all that is there: the tests themselves.
        _server?.Dispose(deleteDir: false);
        _server = null;
    }
}
