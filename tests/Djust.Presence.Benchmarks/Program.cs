using Djust.Presence.Benchmarks;

switch (args)
{
    case ["server"]:
        await BenchmarkServer.RunAsync();
        return 0;
    case ["slow-client"]:
        await SlowClientBenchmark.RunAsync();
        return 0;
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Djust.Presence.Benchmarks -- slow-client");
        return 2;
}
