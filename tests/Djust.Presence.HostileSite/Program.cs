using HostileSite;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.WebHost.UseStaticWebAssets();
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
builder.Services.AddRazorPages();

// Limits that let through what should never come: what is tested here is what the pages do with it.
builder.Services.AddSignalR(options => options.MaximumReceiveMessageSize = null).AddPresence(options => options.MaxMetaBytes = 1_000_000);

var app = builder.Build();
app.MapStaticAssets();
app.MapRazorPages();
app.MapHub<HostileHub>("/hubs/hostile/{room}");
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"Open {app.Urls.First()}/rooms/1"));
app.Run();
