using System.Buffers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Djust.Presence;

/// <summary>A message for the connections of a room, serialised once for each kind of hub protocol in use; or one for a single connection.</summary>
internal sealed class RoomMessage
{
    private readonly object _raw;
    private readonly Func<object?> _makeTree;
    private SerializedHubMessage? _forJson;
    private SerializedHubMessage? _forOthers;
    private object? _tree;

    private RoomMessage(string target, object raw, bool isForOne, Func<object?> tree) =>
        (Target, _raw, IsForOne, _makeTree) = (target, raw, isForOne, tree);

    /// <param name="target">What clients listen to.</param>
    /// <param name="json">The one argument.</param>
    public RoomMessage(string target, ReadOnlyMemory<byte> json)
        : this(target, new RawJson(new ReadOnlySequence<byte>(json)), isForOne: false, () => WireTree.From(json)) => Size = json.Length;

    public string Target { get; }

    /// <summary>Whether only one connection gets it: what is kept of it for others would be kept for nobody.</summary>
    public bool IsForOne { get; }

    /// <summary>The size of the argument as JSON, in bytes; 0 for a message for one, which never waits.</summary>
    public int Size { get; }

    /// <summary>The one argument, in a form that every protocol can write.</summary>
    public object? Argument => _tree ??= _makeTree();

    /// <summary>A message whose parts are shared with others, but not the whole.</summary>
    /// <param name="target">What the client listens to.</param>
    /// <param name="raw">The one argument, for the JSON protocol.</param>
    /// <param name="tree">Makes <see cref="Argument"/>.</param>
    public static RoomMessage ForOne(string target, object raw, Func<object?> tree) => new(target, raw, isForOne: true, tree);

    /// <summary>
    /// The message itself stays with its bytes, since stateful reconnect counts messages by it. The protocol is told by its type: another
    /// implementation may share the name of the JSON protocol and not know how to copy raw bytes.
    /// </summary>
    public SerializedHubMessage For(IHubProtocol protocol) => protocol is JsonHubProtocol
        ? _forJson ??= new SerializedHubMessage(Invocation(protocol))
        : _forOthers ??= new SerializedHubMessage(Invocation(protocol));

    /// <summary>The one argument, in the form that suits a protocol best.</summary>
    public object? ArgumentFor(IHubProtocol protocol) => protocol is JsonHubProtocol ? _raw : Argument;

    /// <summary>The message for a connection that writes it straight to its transport.</summary>
    public InvocationMessage Invocation(IHubProtocol protocol) => new(Target, [ArgumentFor(protocol)]);
}
