using System.Reflection;
using Microsoft.AspNetCore.SignalR;

namespace Djust.Presence;

/// <summary>What is known of a presence hub's type, found once.</summary>
internal sealed class PresenceHubDescriptor
{
    private readonly Func<PresenceChange, Task> _invoke;
    private readonly Func<HubCallerContext, string?, CursorPoint, Task> _moveCursor;
    private readonly HashSet<PresenceChangeKind> _handled;

    public PresenceHubDescriptor(Type type, Func<PresenceChange, Task> invoke, Func<HubCallerContext, string?, CursorPoint, Task> moveCursor)
    {
        Type = type;
        _invoke = invoke;
        _moveCursor = moveCursor;
        HasCursors = type.GetMethods().Any(method => (method.GetCustomAttribute<HubMethodNameAttribute>()?.Name ?? method.Name) is nameof(LiveCursorHub.CursorMove) or nameof(LiveCursorHub.CursorMoveIn));
        HandlesCursors = typeof(LiveCursorHub).IsAssignableFrom(type) &&
            type.GetMethod("HandleCursorMoveAsync", BindingFlags.Instance | BindingFlags.NonPublic, [typeof(double), typeof(double)])?.DeclaringType != typeof(LiveCursorHub);
        var attribute = type.GetCustomAttribute<PresenceKeyAttribute>(inherit: true);
        Policy = attribute?.Policy;
        CursorPolicy = attribute?.CursorPolicy ?? Policy;
        Template = attribute is null ? null : PresenceKeyTemplate.Parse(attribute.Template);
        _handled = FindHandled(type);
    }

    public Type Type { get; }

    /// <summary>The full name: the same on every node that runs the same application.</summary>
    public string Name => Type.FullName ?? Type.Name;

    public string? Policy { get; }

    public string? CursorPolicy { get; }

    public PresenceKeyTemplate? Template { get; }

    /// <summary>Whether clients of the hub show each other their pointers: through the base class, or through the mixin, which has them call the same name.</summary>
    public bool HasCursors { get; }

    /// <summary>Whether the application decides what becomes of a cursor move.</summary>
    public bool HandlesCursors { get; }

    /// <summary>Handles a cursor move on a hub of its own.</summary>
    public Task MoveCursorAsync(HubCallerContext caller, string? key, CursorPoint point) => _moveCursor(caller, key, point);

    public static bool IsPresenceHub(Type type) => typeof(IPresenceMixin).IsAssignableFrom(type);

    public bool Handles(PresenceChangeKind kind) => _handled.Contains(kind);

    /// <summary>Whether a key belongs to this hub as far as its template tells.</summary>
    public bool Serves(string key) => Template?.IsMatch(key) ?? key == Name;

    public Task InvokeAsync(PresenceChange change) => _invoke(change);

    /// <summary>Which callbacks the application has overridden: for the others no hub needs to be made.</summary>
    private static HashSet<PresenceChangeKind> FindHandled(Type type)
    {
        var map = type.GetInterfaceMap(typeof(IPresenceMixin));
        var handled = new HashSet<PresenceChangeKind>();
        for (var i = 0; i < map.InterfaceMethods.Length; i++)
        {
            var target = map.TargetMethods[i];
            if (target.IsPublic && target.DeclaringType is { IsInterface: false })
            {
                throw new InvalidOperationException(
                    $"{type.FullName}.{target.Name} is public, so every client could call it. Implement it explicitly: \"{map.InterfaceMethods[i].ReturnType.Name} {nameof(IPresenceMixin)}.{target.Name}(…)\".");
            }

            if (Kind(map.InterfaceMethods[i].Name) is { } kind && IsOverridden(type, map.InterfaceMethods[i].Name, target))
            {
                handled.Add(kind);
            }
        }

        return handled;
    }

    private static bool IsOverridden(Type type, string name, MethodInfo? target) => typeof(PresenceHub).IsAssignableFrom(type)
        ? type.GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic, [typeof(Presence)])?.DeclaringType != typeof(PresenceHub)
        : target?.DeclaringType is { IsInterface: false };

    private static PresenceChangeKind? Kind(string callback) => callback switch
    {
        nameof(IPresenceMixin.OnPresenceJoinAsync) => PresenceChangeKind.Join,
        nameof(IPresenceMixin.OnPresenceUpdateAsync) => PresenceChangeKind.Update,
        nameof(IPresenceMixin.OnPresenceLeaveAsync) => PresenceChangeKind.Leave,
        _ => null,
    };
}
