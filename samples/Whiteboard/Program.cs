using Djust.Presence.Samples;
using Whiteboard;

var builder = SampleHost.CreateBuilder(args);
builder.Services.AddRazorPages();
builder.Services.AddSingleton<BoardStore>();
builder.Services.AddSignalR().AddSamplePresence(builder.Configuration);

var app = builder.Build();
app.UseSecurityHeaders();
app.MapStaticAssets();
app.MapRazorPages();
app.MapHub<BoardHub>("/hubs/board/{boardId}");
app.RunSample("/boards/our-board");
