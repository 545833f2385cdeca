using System.Buffers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Djust.Presence;

/// <summary>A message for the connections of a room, serialised once for each kind of hub protocol in use; or one for a single connection.</summary>
internal sealed class RoomMessage
{
    private readonly ReadOnlySequence<byte> _json;
    private readonly Func<object?> _makeTree;
    private SerializedHubMessage? _forJson;
    private SerializedHubMessage? _forOthers;
    private object? _tree;

    private RoomMessage(string target, ReadOnlySequence<byte> json, bool isForOne, Func<object?>? tree)
    {
        Target = target;
        IsForOne = isForOne;
        _json = json;
        _makeTree = tree ?? (() => WireTree.From(json));
    }

    /// <param name="target">What clients listen to.</param>
    /// <param name="json">The one argument.</param>
    public RoomMessage(string target, ReadOnlyMemory<byte> json)
        : this(target, new ReadOnlySequence<byte>(json), isForOne: false, tree: null)
    {
    }

    public string Target { get; }

    /// <summary>Whether only one connection gets it: what is kept of it for others would be kept for nobody.</summary>
    public bool IsForOne { get; }

    /// <summary>The size of the argument as JSON, in bytes.</summary>
    public int Size => (int)_json.Length;

    /// <summary>The one argument, in a form that every protocol can write.</summary>
    public object? Argument => _tree ??= _makeTree();

    /// <summary>
    /// The message itself stays with its bytes, since stateful reconnect counts messages by it. The protocol is told by its type: another
    /// implementation may share the name of the JSON protocol and not know how to copy raw bytes.
    /// </summary>
    public SerializedHubMessage For(IHubProtocol protocol) => protocol is JsonHubProtocol
        ? _forJson ??= new SerializedHubMessage(Invocation(protocol))
        : _forOthers ??= new SerializedHubMessage(Invocation(protocol));

    /// <summary>A message whose parts are shared with others, but not the whole.</summary>
    /// <param name="target">What the client listens to.</param>
    /// <param name="json">The one argument, which may lie in several places.</param>
    /// <param name="tree">Makes <see cref="Argument"/> where parts of it are at hand; else it is read from the JSON.</param>
    public static RoomMessage ForOne(string target, ReadOnlySequence<byte> json, Func<object?>? tree = null) => new(target, json, isForOne: true, tree);

    /// <summary>The one argument, in the form that suits a protocol best.</summary>
    public object? ArgumentFor(IHubProtocol protocol) => protocol is JsonHubProtocol ? new RawJson(_json) : Argument;

    /// <summary>The message for a connection that writes it straight to its transport.</summary>
    public InvocationMessage Invocation(IHubProtocol protocol) => new(Target, [ArgumentFor(protocol)]);
}
