using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Tracking;

/// <summary>Whatever is wrong with an argument is an <see cref="ArgumentException"/> that says so, and nothing has happened.</summary>
public sealed class PresenceManagerTestsBadInput : IDisposable
{
    private static readonly string TooLong = new('x', 201);

    private readonly PresenceManagerTestsNode _node = new();

    public static TheoryData<string> Calls() => [.. ByName.Keys];

    public static TheoryData<string> CallsWithUser() =>
        [nameof(IPresenceManager.JoinPresenceAsync), nameof(IPresenceManager.LeavePresenceAsync), nameof(IPresenceManager.UpdatePresenceAsync), nameof(IPresenceManager.UpdateHeartbeatAsync)];

    private static Dictionary<string, Func<IPresenceManager, string, string, Task>> ByName { get; } = new()
    {
        [nameof(IPresenceManager.JoinPresenceAsync)] = (presence, key, user) => presence.JoinPresenceAsync(key, user),
        [nameof(IPresenceManager.LeavePresenceAsync)] = (presence, key, user) => presence.LeavePresenceAsync(key, user),
        [nameof(IPresenceManager.UpdatePresenceAsync)] = (presence, key, user) => presence.UpdatePresenceAsync(key, user, null),
        [nameof(IPresenceManager.ListPresencesAsync)] = (presence, key, _) => presence.ListPresencesAsync(key).AsTask(),
        [nameof(IPresenceManager.PresenceCountAsync)] = (presence, key, _) => presence.PresenceCountAsync(key).AsTask(),
        [nameof(IPresenceManager.UpdateHeartbeatAsync)] = (presence, key, user) => presence.UpdateHeartbeatAsync(key, user),
        [nameof(IPresenceManager.BroadcastAsync)] = (presence, key, _) => presence.BroadcastAsync(key, "flash"),
        [nameof(IPresenceManager.WatchAsync)] = async (presence, key, _) => await presence.WatchAsync(key).GetAsyncEnumerator().MoveNextAsync(),
        [nameof(IPresenceManager.PresenceGroupName)] = (presence, key, _) => Task.FromResult(presence.PresenceGroupName(key)),
    };

    public void Dispose() => _node.Dispose();

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_key_has_to_be_acceptable(string call)
    {
        await ShouldRefuseAsync(call, "", "ada", "A presence key is empty*");
        await ShouldRefuseAsync(call, null!, "ada", "A presence key is empty*");
        await ShouldRefuseAsync(call, TooLong, "ada", "A presence key has 201 characters; at most 200 are allowed (MaxKeyLength).");
        await ShouldRefuseAsync(call, "a\nb", "ada", "A presence key has the control character U+000A at position 1*");
        await ShouldRefuseAsync(call, "a\ud83d", "ada", "A presence key is not valid Unicode*");
    }

    [Theory]
    [MemberData(nameof(CallsWithUser))]
    public async Task A_user_id_has_to_be_acceptable(string call)
    {
        await ShouldRefuseAsync(call, "k", "", "A user id is empty*");
        await ShouldRefuseAsync(call, "k", null!, "A user id is empty*");
        await ShouldRefuseAsync(call, "k", TooLong, "A user id has 201 characters; at most 200 are allowed (MaxUserIdLength).");
        await ShouldRefuseAsync(call, "k", "a\0", "A user id has the control character U+0000 at position 1*");
        await ShouldRefuseAsync(call, "k", "\ude00", "A user id is not valid Unicode*");
    }

    [Fact]
    public async Task A_meta_has_to_be_acceptable_and_the_applications_limits_hold()
    {
        using var node = new PresenceManagerTestsNode(options => (options.MaxMetaBytes, options.MaxMetaDepth) = (20, 2));
        foreach (var (meta, message) in new (object, string)[]
        {
            ("text", "A presence's meta cannot be a String*"),
            (42, "A presence's meta cannot be a Int32*"),
            (new { name = new string('x', 20) }, "A presence's meta has 31 bytes of JSON; at most 20 are allowed (MaxMetaBytes).*"),
            (new { a = new { b = new { } } }, "A presence's meta is nested 3 levels deep; at most 2 are allowed (MaxMetaDepth)."),
        })
        {
            await node.Presence.Awaiting(presence => presence.JoinPresenceAsync("k", "ada", meta)).Should().ThrowAsync<ArgumentException>().WithMessage(message);
            await node.Presence.Awaiting(presence => presence.UpdatePresenceAsync("k", "ada", meta)).Should().ThrowAsync<ArgumentException>().WithMessage(message);
        }

        node.Backend.GroupCount.Should().Be(0);
    }

    [Fact]
    public async Task An_event_has_to_have_a_name_of_reasonable_length()
    {
        foreach (var name in new[] { "", null!, TooLong })
        {
            await _node.Presence.Awaiting(presence => presence.BroadcastAsync("k", name)).Should().ThrowAsync<ArgumentException>()
                .WithMessage("An event's name must have 1 to 200 characters*");
        }
    }

    [Fact]
    public async Task Hostile_names_are_just_names()
    {
        string[] names = ["*", "{}", "__proto__", "<img onerror=1>", "'; DROP TABLE", "שלום", "😀", "\u00e9", "e\u0301", new('x', 200)];
        foreach (var name in names)
        {
            await _node.Presence.JoinPresenceAsync(name, name);
        }

        foreach (var name in names)
        {
            (await _node.Presence.ListPresencesAsync(name)).Select(presence => presence.Id).Should().Equal(name);
        }
    }

    private async Task ShouldRefuseAsync(string call, string key, string user, string message)
    {
        await _node.Presence.Awaiting(presence => ByName[call](presence, key, user)).Should().ThrowAsync<ArgumentException>().WithMessage(message);
        _node.Backend.GroupCount.Should().Be(0);
    }
}
