using Djust.Presence.Benchmarks;

switch (args)
{
    case ["server", .. var redis]:
        await BenchmarkServer.RunAsync(redis.FirstOrDefault());
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
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Djust.Presence.Benchmarks -- slow-client | two-nodes | redis");
        return 2;
}
