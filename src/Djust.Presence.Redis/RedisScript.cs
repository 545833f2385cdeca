using System.Reflection;

namespace Djust.Presence;

/// <summary>The scripts, each in its own file under <c>Scripts</c>; what several begin with stands in a file of its own too.</summary>
internal static class RedisScript
{
    public static readonly string Join = Group("join");
    public static readonly string Update = Group("update");
    public static readonly string Hold = Group("hold");
    public static readonly string Leave = Group("leave");
    public static readonly string Heartbeat = Group("heartbeat");
    public static readonly string Sweep = Group("sweep");
    public static readonly string Expire = Group("expire");
    public static readonly string Restore = Telling("restore");
    public static readonly string Assert = Telling("assert");
    public static readonly string Touch = Group("touch");
    public static readonly string Vouch = Nodes("vouch");
    public static readonly string Renew = Nodes("renew");
    public static readonly string Bury = Nodes("bury");
    public static readonly string Release = Nodes("release");
    public static readonly string Forget = Nodes("forget");
    public static readonly string Note = Nodes("note");
    public static readonly string Due = Nodes("due");

    private static string Group(string name) => Read("group") + Read(name);

    private static string Telling(string name) => Read("group") + Read("telling") + Read(name);

    private static string Nodes(string name) => Read("nodes") + Read(name);

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".lua")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
