using ChatRoom;
using Djust.Presence.Samples;

var builder = SampleHost.CreateBuilder(args);
builder.Services.AddRazorPages();
builder.Services.AddSignalR().AddSamplePresence(builder.Configuration);

var app = builder.Build();
app.UseSecurityHeaders();
app.MapStaticAssets();
app.MapRazorPages();
app.MapHub<ChatHub>("/hubs/chat/{roomId}");
app.RunSample("/rooms/lobby");
