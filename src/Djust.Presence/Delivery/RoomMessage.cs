using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Djust.Presence;

/// <summary>A message for the connections of a room, serialised once for each kind of hub protocol in use.</summary>
internal sealed class RoomMessage(string target, ReadOnlyMemory<byte> json)
{
    private SerializedHubMessage? _forJson;
    private SerializedHubMessage? _forOthers;
    private object? _tree;

    private RawJson Raw => new(json);

    public string Target { get; } = target;

    /// <summary>The size of the argument as JSON, in bytes.</summary>
    public int Size => json.Length;

    /// <summary>The one argument, in a form that every protocol can write.</summary>
    public object? Argument => _tree ??= WireTree.From(json);

    /// <summary>The one argument, in the form that suits a protocol best.</summary>
    public object? ArgumentFor(IHubProtocol protocol) => protocol is JsonHubProtocol ? Raw : Argument;

    /// <summary>
    /// The message itself stays with its bytes, since stateful reconnect counts messages by it. The protocol is told by its type: another
    /// implementation may share the name of the JSON protocol and not know how to copy raw bytes.
    /// </summary>
    public SerializedHubMessage For(IHubProtocol protocol) => protocol is JsonHubProtocol
        ? _forJson ??= new SerializedHubMessage(new InvocationMessage(Target, [Raw]))
        : _forOthers ??= new SerializedHubMessage(new InvocationMessage(Target, [Argument]));
}
