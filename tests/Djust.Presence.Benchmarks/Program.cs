using Djust.Presence.Benchmarks;

switch (args)
{
    case ["server", .. var redis]:
        await BenchmarkServer.RunAsync(redis.FirstOrDefault());
        return 0;
    case ["bare-server"]:
        await BenchmarkServer.RunBareAsync();
        return 0;
    case ["footprint"]:
        await FootprintBenchmark.RunAsync();
        return 0;
    case ["slow-client"]:
        await SlowClientBenchmark.RunAsync();
        return 0;
    case ["two-nodes"]:
        await TwoNodesBenchmark.RunAsync();
        return 0;
    case ["redis"]:
        await RedisBenchmark.RunAsync();
        return 0;
    case ["cursor-nodes"]:
        await CursorNodesBenchmark.RunAsync();
        return 0;
    case ["cursors", var directory, .. var options]:
        return await CursorPeersBenchmark.RunAsync(directory, options);
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Djust.Presence.Benchmarks -- footprint | slow-client | two-nodes | redis | cursor-nodes | cursors DIRECTORY [--n 200,500] [--seconds 25] [--peers wsbatch]");
        return 2;
}
