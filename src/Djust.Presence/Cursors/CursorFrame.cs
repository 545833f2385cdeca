using System.Buffers;

namespace Djust.Presence;

/// <summary>
/// The cursors of a room that moved or ended since the frame before. Each is written once; what a receiver gets is that without its own: the bytes
/// before it and those after it.
/// </summary>
internal sealed class CursorFrame
{
    private readonly byte[] _head;
    private readonly byte[] _tail;
    private readonly int[] _gone;
    private readonly byte[] _moves;
    private readonly int[] _ends;
    private readonly Dictionary<int, int> _places;
    private RoomMessage? _forOthers;

    /// <param name="key">The presence key, as JSON.</param>
    /// <param name="number">Which frame it is.</param>
    /// <param name="cursors">What moved.</param>
    /// <param name="gone">What ended.</param>
    public CursorFrame(ReadOnlySpan<byte> key, long number, IReadOnlyCollection<RoomCursor> cursors, int[] gone)
    {
        Number = number;
        _gone = gone;
        _head = [.. "{\"key\":"u8, .. key, .. ",\"moves\":["u8];
        _tail = Tail(gone);
        var buffer = new byte[cursors.Count * (CursorWire.MaxCursorBytes + 1)];
        _ends = new int[cursors.Count];
        _places = new Dictionary<int, int>(cursors.Count);
        var (length, at) = (0, 0);
        foreach (var cursor in cursors)
        {
            length += CursorWire.Write(buffer.AsSpan(length), cursor.Ref, cursor.Point);
            buffer[length++] = (byte)',';
            _places[cursor.Ref] = at;
            _ends[at++] = length;
        }

        _moves = buffer[..length];
    }

    public long Number { get; }

    /// <summary>The frame for one receiver, or null where there is nothing in it for them.</summary>
    /// <param name="ownRef">The receiver's own ref, or 0.</param>
    public RoomMessage? For(int ownRef)
    {
        if (_places.TryGetValue(ownRef, out var own))
        {
            var from = own == 0 ? 0 : _ends[own - 1];
            return _ends.Length == 1 && _gone.Length == 0 ? null : Without(_moves.AsMemory(0, from), _moves.AsMemory(_ends[own]), _tail);
        }

        if (_gone.Contains(ownRef))
        {
            int[] others = [.. _gone.Where(gone => gone != ownRef)];
            return _moves.Length == 0 && others.Length == 0 ? null : Without(_moves, default, Tail(others));
        }

        return _moves.Length == 0 && _gone.Length == 0 ? null : _forOthers ??= Others();
    }

    private static byte[] Tail(int[] gone) =>
        gone.Length == 0 ? [.. "]}"u8] : [.. "],\"gone\":["u8, .. System.Text.Encoding.UTF8.GetBytes(string.Join(',', gone)), .. "]}"u8];

    private RoomMessage Others() => new(CursorWire.FrameTarget, Parts(_moves, default, _tail).ToArray());

    private RoomMessage Without(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after, byte[] tail)
    {
        var json = Parts(before, after, tail);
        return RoomMessage.ForOne(CursorWire.FrameTarget, new RawJson(json), () => WireTree.From(json));
    }

    private ReadOnlySequence<byte> Parts(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after, byte[] tail) => after.IsEmpty
        ? JoinedBytes.Of(_head, WithoutComma(before), tail)
        : JoinedBytes.Of(_head, before, WithoutComma(after), tail);

    /// <summary>Each cursor is followed by a comma; the last one's is left out.</summary>
    private static ReadOnlyMemory<byte> WithoutComma(ReadOnlyMemory<byte> moves) => moves.IsEmpty ? moves : moves[..^1];
}
