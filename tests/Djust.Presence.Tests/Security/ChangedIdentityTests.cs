using Djust.Presence.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace Djust.Presence.Tests.Security;

/// <summary>Somebody signs in, or changes who they are, on a connection that stays open.</summary>
public sealed class ChangedIdentityTests
{
    [Fact]
    public async Task Another_user_id_on_a_live_connection_is_a_leave_of_the_old_user_and_a_join_of_the_new_one()
    {
        await using var server = await PresenceServer.StartAsync(app =>
        {
            app.UseTestUsers();
            app.MapHub<SignInHub>("/hubs/document/{docId}");
        });
        await using var observer = await PresenceClient.ConnectAsync(server, "/hubs/document/42", user: "observer");
        await observer.StateAsync();
        await using var client = await PresenceClient.ConnectAsync(server, "/hubs/document/42", user: "guest");
        await Eventually.TrueAsync(() => observer.Joins.Contains("guest"), "the guest is there");

        await client.Connection.InvokeAsync("SignIn", "ada");

        await Eventually.TrueAsync(() => observer.Joins.Contains("ada"), "the new user joins");
        await Eventually.TrueAsync(() => observer.Leaves.Contains("guest"), "the old one leaves");
        (await server.Manager.ListPresencesAsync("document:42")).Select(presence => presence.Id).Should().BeEquivalentTo("observer", "ada");
        await client.DisposeAsync();
        await Eventually.TrueAsync(() => observer.Leaves.Contains("ada"), "the connection ends as the new user");
        observer.Leaves.Should().Equal("guest", "ada");
        observer.Joins.Should().Equal("guest", "ada");
    }

    [PresenceKey("document:{docId}")]
    public sealed class SignInHub : DocumentHub
    {
        private const string Id = "id";

        public Task SignIn(string id)
        {
            Context.Items[Id] = id;
            return TrackPresenceAsync();
        }

        protected override string GetPresenceUserId() => Context.Items.TryGetValue(Id, out var id) ? (string)id! : base.GetPresenceUserId();
    }
}
