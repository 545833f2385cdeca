using Djust.Presence.Samples;
using DocumentViewers;

var builder = SampleHost.CreateBuilder(args);
builder.Services.AddRazorPages();
builder.Services.AddSignalR().AddSamplePresence(builder.Configuration);

var app = builder.Build();
app.UseSecurityHeaders();
app.MapStaticAssets();
app.MapRazorPages();
app.MapHub<DocumentHub>("/hubs/document/{docId}");
app.RunSample("/documents/field-notes");
