namespace Djust.Presence;

/// <summary>How presence behaves. Checked when the host starts, relations between the values too.</summary>
public sealed class PresenceOptions
{
    internal const int DefaultMaxConnectionsPerUser = 256;
    internal const int DefaultMaxMetaBytes = 2_048;
    internal const int DefaultMaxMetaDepth = 8;

    /// <summary>How often the browser script calls <c>PresenceHeartbeat</c>, as the tag helpers tell it; SignalR's own pings count beside.</summary>
    /// <value>Default 30 s; at most half of <see cref="PresenceTimeout"/>.</value>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a presence lives without a sign of life: one joined without a connection without a heartbeat, a connection without a single byte
    /// from its client (SignalR's own pings count).
    /// </summary>
    /// <value>Default 60 s; at least twice <see cref="HeartbeatInterval"/>.</value>
    public TimeSpan PresenceTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often everything in the store is looked at, in addition to the precise sweep of what is known to be due.</summary>
    /// <value>Default 5 min.</value>
    public TimeSpan CleanupInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a node renews its lease.</summary>
    /// <value>Default 5 s; at most half of <see cref="NodeTimeout"/>.</value>
    public TimeSpan NodeHeartbeatInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the connections of a node that has died are still taken for alive.</summary>
    /// <value>Default 15 s; at least twice <see cref="NodeHeartbeatInterval"/>.</value>
    public TimeSpan NodeTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a user whose last connection has ended is kept, so that a reload is no leave.</summary>
    /// <value>Default 2 s; zero makes every end of a last connection a leave at once.</value>
    public TimeSpan LeaveGracePeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The shortest time between two messages with changes to the same connection; what happens in between is sent as one.</summary>
    /// <value>Default 50 ms.</value>
    public TimeSpan BroadcastInterval { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a cursor that does not move is shown. Its owner stays present: stillness is not absence.</summary>
    /// <value>Default 10 s.</value>
    public TimeSpan CursorTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many cursor moves a second are taken from one connection. Beyond, the newest waits until it may be taken: the last one always arrives.</summary>
    /// <value>Default 120.</value>
    public int CursorMovesPerSecond { get; set; } = 120;

    /// <summary>
    /// How many messages a second are read from one connection, of whatever kind: hub calls, pings, calls of methods that do not exist. What comes faster waits
    /// in the client's own socket; nothing is lost. A connection that sends more for 30 s without a pause is ended; time in which only the server reads it less does not count. All connections of a user to one
    /// server may send four times as many. While the server is overloaded, connections that send more than 32 a second are read less, down to 25; many that do so
    /// share what the server is known to bear, 6,000 a second for each processor at first.
    /// </summary>
    /// <value>Default 1,000; at least <see cref="CursorMovesPerSecond"/>.</value>
    public int MessagesPerSecond { get; set; } = 1_000;

    /// <summary>
    /// How many changes of meta a second are taken from one connection. Beyond, the newest waits until it may be taken: the last one always arrives. In a room with
    /// many connections all of them share 100,000 a second, divided by their number on this server. Calls that enter a
    /// group wait at the same rate, after as many more as <see cref="MaxGroupsPerConnection"/> at once; refused calls at twice the rate.
    /// </summary>
    /// <value>Default 10.</value>
    public int UpdatesPerSecond { get; set; } = 10;

    /// <summary>The longest presence key, in UTF-16 characters.</summary>
    /// <value>Default 200.</value>
    public int MaxKeyLength { get; set; } = 200;

    /// <summary>The longest user id, in UTF-16 characters.</summary>
    /// <value>Default 200.</value>
    public int MaxUserIdLength { get; set; } = 200;

    /// <summary>The largest meta, in bytes of JSON in UTF-8.</summary>
    /// <value>Default 2,048.</value>
    public int MaxMetaBytes { get; set; } = DefaultMaxMetaBytes;

    /// <summary>The deepest meta, in levels of objects and arrays; the meta itself is the first.</summary>
    /// <value>Default 8.</value>
    public int MaxMetaDepth { get; set; } = DefaultMaxMetaDepth;

    /// <summary>How many groups one connection may track or watch.</summary>
    /// <value>Default 32.</value>
    public int MaxGroupsPerConnection { get; set; } = 32;

    /// <summary>How many connections one user may have in one group.</summary>
    /// <value>Default 256.</value>
    public int MaxConnectionsPerUser { get; set; } = DefaultMaxConnectionsPerUser;

    /// <summary>How many presences of a group are sent to a client: those who joined first. The count that goes with them is always exact.</summary>
    /// <value>Default 1,000.</value>
    public int MaxPresencesSent { get; set; } = 1_000;

    /// <summary>
    /// How many audiences (see <see cref="IPresenceProjection"/>) one group may have on one server: what each of them sees is made and kept apart. Whoever would be of
    /// another is refused.
    /// </summary>
    /// <value>Default 16.</value>
    public int MaxAudiencesPerGroup { get; set; } = 16;

    /// <summary>The name of the cookie that makes the tabs of an anonymous visitor one user.</summary>
    /// <value>Default <c>.Djust.Presence.Visitor</c>.</value>
    public string VisitorCookieName { get; set; } = ".Djust.Presence.Visitor";

    /// <summary>
    /// The origins whose pages may connect to presence hubs, besides that of the request itself: <c>https://app.example.com</c>, with the port
    /// where it is not the scheme's own. <c>*</c> allows every page on the web to connect with the cookies of whoever looks at it. A page of
    /// another origin also needs CORS. Requests of other pages are answered with 403 before the hub sees them.
    /// </summary>
    /// <value>Default empty: pages of the request's own scheme, host and port only. Behind a proxy that takes UseForwardedHeaders.</value>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>
    /// Whether a request to a presence hub has to have an <c>Origin</c> header. Browsers send one with every WebSocket, and with every request but a
    /// plain GET to the page's own origin, which is not asked for it; other clients usually send none.
    /// </summary>
    /// <value>Default false: clients that are no browsers may connect.</value>
    public bool RequireOrigin { get; set; }
}
