using RESPite.Messages;
using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>
/// Walks over the entries of a group where Redis has answered with them: in the bytes of the answer, since an object for each of them before it
/// is even looked at would cost as much as all the rest. What cannot be read is skipped and counted.
/// </summary>
internal ref struct EntryReader
{
    private RespReader _answer;
    private int _left;
    private EntryRecord? _before;

    public EntryReader(RespResult answer)
    {
        _answer = answer.Read();
        if (!_answer.IsAggregate)
        {
            throw new RedisException("A hash was asked for, and the answer is none.");
        }

        Count = _left = _answer.IsNull ? 0 : _answer.AggregateLength() / 2;
    }

    /// <summary>How many entries there are, readable or not.</summary>
    public int Count { get; }

    public int Unreadable { get; private set; }

    /// <summary>The next entry, which user it belongs to and when that user joined; or null after the last one.</summary>
    public (string UserId, DateTimeOffset JoinedAt, EntryRecord Entry)? Next()
    {
        while (_left-- > 0)
        {
            _answer.MoveNext();
            var @ref = _answer.TryReadInt64(out var number) && number is > 0 and <= int.MaxValue ? (int)number : 0;
            _answer.MoveNext();
            if (GroupFormat.ReadEntry(@ref, _answer.TryGetSpan(out var body) ? body : _answer.ReadByteArray(), _before) is { } read)
            {
                _before = read.Entry;
                return read;
            }

            Unreadable++;
        }

        return null;
    }
}
