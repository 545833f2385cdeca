using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Djust.Presence.Samples;

/// <summary>Starts a sample: where its files are, where it listens, what it tells browsers to refuse.</summary>
public static class SampleHost
{
    private const string DefaultUrl = "http://127.0.0.1:5000";

    private static readonly string[] AddressSettings = ["urls", "http_ports", "https_ports"];

    /// <summary>Pages load nothing from elsewhere and run no inline script. Only colors are inline: a style attribute on each avatar.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'self'; style-src-attr 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        // Files are found beside the program, from whichever directory it is started.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Configuration.AddCommandLine(args, SampleBackend.Switches);
        if (AddressSettings.All(name => string.IsNullOrEmpty(builder.Configuration[name])))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        // Browsers send a cookie to all ports of a host: with one name, a visitor stays the same user in all samples and on all nodes.
        builder.Services.AddDataProtection().SetApplicationName("Djust.Presence.Samples");
        builder.Services.AddHealthChecks().AddPresence();
        return builder;
    }

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "same-origin";
        return next(context);
    });

    /// <summary>Runs until the process is told to stop, and prints what to open.</summary>
    public static void RunSample(this WebApplication app, string path)
    {
        app.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], () => Results.Redirect(path));
        app.MapHealthChecks("/healthz");
        app.MapPresenceApi();
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            foreach (var url in app.Urls)
            {
                Console.WriteLine($"Open {url}{path}?name=Ada, and again with another name in another browser.");
            }
        });
        app.Run();
    }
}
