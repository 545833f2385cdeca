using System.Globalization;
using Djust.Presence.Benchmarks;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["server", .. var redis]:
        await BenchmarkServer.RunAsync(redis.FirstOrDefault());
        return 0;
    case ["plain-server"]:
        await BenchmarkServer.RunPlainAsync();
        return 0;
    case ["hostile-clients", ..]:
        await HostileLoad.RunAsync(args[1..]);
        return 0;
    case ["compare", var run]:
        return Comparison.Run(run, Path.Combine(Repository.Root, "docs", "benchmarks"));
    case ["compare", var run, var earlier]:
        return Comparison.Run(run, earlier);
    default:
        return await SuiteRunner.RunAsync(args);
}
