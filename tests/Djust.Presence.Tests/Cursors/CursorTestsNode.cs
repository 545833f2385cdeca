using System.Collections.Concurrent;
using System.Text.Json;
using Djust.Presence.Tests.Hosting;
using Djust.Presence.Tests.Tracking;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace Djust.Presence.Tests.Cursors;

/// <summary>A node on a clock that stands still, with connections that write down what they are sent. The keeper runs when a test says so.</summary>
internal sealed class CursorTestsNode : IDisposable
{
    public const string Key = "board:1";

    public CursorTestsNode(CursorTestsNode? sharesStoreWith = null, IDistributedCache? cache = null, Action<IServiceCollection>? services = null) => Node = new PresenceManagerTestsNode(
        options => options.LeaveGracePeriod = TimeSpan.Zero,
        sharesStoreWith?.Node,
        collection =>
        {
            if (cache is not null)
            {
                collection.AddSingleton(cache);
            }

            services?.Invoke(collection);
        });

    public PresenceManagerTestsNode Node { get; }

    public CursorTracker Cursors => Node.Get<CursorTracker>();

    public async Task<Client> ConnectAsync(string userId)
    {
        await Node.RunAsync(TimeSpan.FromMilliseconds(10));
        var client = new Client(this, userId);
        await Node.Get<PresenceTracker>().TrackAsync(client.Connection, Key, userId, PresenceMeta.From(new { name = userId }));
        return client;
    }

    public Task KeepAsync() => Node.Get<CursorKeeper>().RunOnceAsync();

    /// <summary>Lets flushes happen until something is so.</summary>
    public Task UntilAsync(Func<bool> condition, string because) => Eventually.TrueAsync(
        () =>
        {
            Node.Time.Advance(TimeSpan.FromMilliseconds(5));
            return condition();
        },
        because);

    public async Task<string> PositionsAsync() => string.Join(
        ' ', (await Cursors.GetCursorsAsync(Key)).OrderBy(position => position.Key, StringComparer.Ordinal).Select(position => $"{position.Key}={position.Value.X},{position.Value.Y}"));

    public void Dispose() => Node.Dispose();

    public sealed class Client : IConnectionWriter, IGroupManager
    {
        private readonly CursorTestsNode _owner;
        private readonly ConcurrentQueue<(string Target, JsonElement Message)> _received = new();

        public Client(CursorTestsNode owner, string id)
        {
            _owner = owner;
            Connection = new LocalConnection(id, owner.Node.Get<PresenceHubRegistry>().Get(typeof(PointerHub)), this, this, new ConnectionLimits(owner.Node.Get<HubLimits>()), owner.Node.Time.GetTimestamp());
        }

        public LocalConnection Connection { get; }

        public IEnumerable<JsonElement> Frames => _received.Where(message => message.Target == "CursorFrame").Select(message => message.Message);

        public int Ref => Connection.Memberships[0].Member.Self!.Ref;

        public Dictionary<int, (double X, double Y)> Cursors
        {
            get
            {
                var cursors = new Dictionary<int, (double, double)>();
                foreach (var frame in Frames)
                {
                    CursorFrames.Apply(frame, cursors);
                }

                return cursors;
            }
        }

        public void Move(double x, double y) => Connection.Memberships[0].Room.MoveCursor(Connection.Memberships[0].Member, new CursorPoint(x, y));

        public Task LeaveAsync() => _owner.Node.Get<PresenceTracker>().DisconnectAsync(Connection, atOnce: true);

        public ValueTask WriteAsync(RoomMessage message)
        {
            _received.Enqueue((message.Target, JsonSerializer.SerializeToElement(message.Argument)));
            return ValueTask.CompletedTask;
        }

        public object? Argument(RoomMessage message) => message.Argument;

        public Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
