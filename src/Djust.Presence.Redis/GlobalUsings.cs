global using Djust.Presence.Backends;
global using Microsoft.Extensions.Logging;
