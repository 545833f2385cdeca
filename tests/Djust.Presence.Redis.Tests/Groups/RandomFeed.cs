using CsCheck;

namespace Djust.Presence.Redis.Tests.Groups;

/// <summary>A random history of one group, as its feed tells it, with the truth after each message.</summary>
internal sealed class RandomFeed
{
    private static readonly string[] Owners = ["a.1", "b.1", "b.2", ""];

    private readonly StoredGroup _group = new("e");

    public static readonly Gen<(int Action, int User, int Connection, int Meta)[]> Steps =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 2]).Array[0, 60];

    /// <summary>Each message, and the group after it.</summary>
    public List<FeedMessage> Run(IEnumerable<(int Action, int User, int Connection, int Meta)> steps)
    {
        var messages = new List<FeedMessage>();
        foreach (var step in steps)
        {
            var user = "u" + step.User;
            var meta = PresenceMeta.From(new { m = step.Meta });
            var owner = Owners[step.Connection];
            object? told = step.Action switch
            {
                <= 4 => Join($"{user}c{step.Connection}", owner, user, meta),
                5 => _group.Leave($"{user}c{step.Connection}"),
                6 => _group.LeaveUser(user),
                7 => _group.UpdateUser(user, meta),
                8 => _group.Move(owner, Owners[step.Meta]),
                // Everybody goes: what comes next has another numbering.
                _ => _group.Entries.Select(entry => entry.User).Distinct().ToArray() is [var last] ? _group.LeaveUser(last) : null,
            };
            if (told is OwnerChange or GroupChange { Kind: not null })
            {
                messages.Add(new FeedMessage(told as GroupChange, told as OwnerChange, new GroupState("k", _group.Epoch, _group.Version, _group.Read().Users), [.. _group.Listed]));
            }
        }

        return messages;
    }

    private GroupChange Join(string connection, string owner, string user, PresenceMeta meta) =>
        _group.Join(_group.Find(connection)?.Owner ?? owner, connection, user, meta);
}
