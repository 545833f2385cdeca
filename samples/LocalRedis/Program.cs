using System.Globalization;
using Garnet;

// dotnet run --project samples/LocalRedis -- 6379
var port = args.Length > 0 && ushort.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out var chosen) ? chosen : 6379;
var checkpoints = Directory.CreateTempSubdirectory("djust-presence-redis-");
using var server = new GarnetServer(
[
    "--bind", "127.0.0.1",
    "--port", port.ToString(CultureInfo.InvariantCulture),
    "--checkpointdir", checkpoints.FullName,
    "--lua", "--lua-transaction-mode",
    "--memory", "64m", "--page", "1m", "--index", "1m",
    "-q", "--disable-console-logger",
]);
server.Start();
Console.WriteLine($"Garnet listens on 127.0.0.1:{port}. Ctrl+C ends it.");

using var stopped = new ManualResetEventSlim();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stopped.Set();
};
AppDomain.CurrentDomain.ProcessExit += (_, _) => stopped.Set();
stopped.Wait();
checkpoints.Delete(recursive: true);
