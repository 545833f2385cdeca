using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Djust.Presence.Benchmarks;

/// <summary>A presence server in a process of its own, so that its memory and processor time are its own.</summary>
internal sealed class BenchmarkServer : IDisposable
{
    private readonly Process _process;

    private BenchmarkServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Resident memory in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The most resident memory that it ever had, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Processor time used since the start.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a server.</summary>
    /// <param name="redis">Where its Redis is; without one it keeps presences in memory.</param>
    public static Task<BenchmarkServer> StartAsync(string? redis = null) => StartAsync(redis is null ? ["server"] : ["server", redis]);

    /// <summary>Starts a server without presence.</summary>
    public static Task<BenchmarkServer> StartBareAsync() => StartAsync(["plain-server"]);

    /// <summary>Bytes of managed memory that are in use after a full collection.</summary>
    public async Task<long> ManagedMemoryAsync()
    {
        await _process.StandardInput.WriteLineAsync("memory");
        return long.Parse((await _process.StandardOutput.ReadLineAsync())!, null);
    }

    private static async Task<BenchmarkServer> StartAsync(string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. Arguments(), .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // As the samples have it: workers without work sleep, so that processor time is that of the work.
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        var process = Process.Start(start)!;
        var port = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.");
        return new BenchmarkServer(process, int.Parse(port, null));
    }

    /// <summary>What the child process runs; it ends when its parent does, which closes the input.</summary>
    public static async Task RunAsync(string? redis)
    {
        var builder = Builder();
        var presence = builder.Services.AddSignalR().AddPresence(options => options.MaxPresencesSent = 5_000);
        if (redis is not null)
        {
            presence.AddRedisPresence(redis);
        }

        await using var app = builder.Build();
        app.UseRouting();
        app.MapHub<BenchmarkHub>("/hubs/room/{id}");
        app.MapHub<VisitHub>("/hubs/visit/{id}");
        app.MapHub<CursorHub>("/hubs/cursor/{id}");
        await RunAsync(app);
    }

    /// <summary>The same without presence.</summary>
    public static async Task RunPlainAsync()
    {
        var builder = Builder();
        builder.Services.AddSignalR();
        await using var app = builder.Build();
        app.UseRouting();
        app.MapHub<PlainHub>("/hubs/plain/{id}");
        await RunAsync(app);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private static WebApplicationBuilder Builder()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddLogging();
        return builder;
    }

    private static async Task RunAsync(WebApplication app)
    {
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Console.WriteLine(new Uri(address).Port);
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine(GC.GetTotalMemory(forceFullCollection: true));
        }

        await app.StopAsync();
    }

    /// <summary>Under "dotnet app.dll" the path of the process is dotnet's, and the assembly comes first.</summary>
    public static string[] Arguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(BenchmarkServer).Assembly.Location] : [];
}
