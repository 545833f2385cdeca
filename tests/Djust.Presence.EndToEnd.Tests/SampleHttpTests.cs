using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Djust.Presence.EndToEnd.Tests.Hosting;
using FluentAssertions;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace Djust.Presence.EndToEnd.Tests;

public sealed class SampleHttpTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });
    private SampleProcess _documents = null!;

    public async Task InitializeAsync()
    {
        _documents = await SampleProcess.StartAsync("DocumentViewers");
        _http.BaseAddress = _documents.Url;
    }

    public async Task DisposeAsync() => await _documents.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Health_is_a_word()
    {
        (await _http.GetStringAsync(new Uri("/healthz", UriKind.Relative))).Should().Be("Healthy");
    }

    [Fact]
    public async Task The_root_leads_to_a_document()
    {
        var response = await _http.GetAsync(new Uri("/", UriKind.Relative));

        response.StatusCode.Should().Be(HttpStatusCode.Redirect);
        (await _http.GetAsync(response.Headers.Location)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("42")]
    [InlineData("50% {off} * é 👋")]
    public async Task The_list_is_there_as_json(string document)
    {
        await using var connection = await ConnectAsync(document, "Ada");

        var list = await ListAsync($"document:{document}");

        list.GetProperty("count").GetInt32().Should().Be(1);
        var presence = list.GetProperty("presences").EnumerateArray().Single();
        presence.GetProperty("id").GetString().Should().StartWith("anon_");
        presence.GetProperty("joinedAt").GetDateTimeOffset().Offset.Should().Be(TimeSpan.Zero);
        presence.GetProperty("meta").GetProperty("name").GetString().Should().Be("Ada");
        presence.GetProperty("meta").GetProperty("color").GetString().Should().StartWith("#");
        presence.GetProperty("connections")[0].GetProperty("ref").GetInt32().Should().BePositive();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a%0Ab")]
    [InlineData("%00")]
    public async Task A_key_that_cannot_be_is_a_bad_request_that_says_why(string encoded)
    {
        var response = await _http.GetAsync(new Uri($"/api/presence/{encoded}", UriKind.Relative));

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_encoded_slash_is_a_slash_and_an_encoded_percent_sign_is_not()
    {
        (await ListAsync("a/b")).GetProperty("count").GetInt32().Should().Be(0);
        (await ListAsync("a%2Fb")).GetProperty("count").GetInt32().Should().Be(0);
        (await ListAsync("/")).GetProperty("count").GetInt32().Should().Be(0);
    }

    [Fact]
    public async Task A_name_is_trimmed_and_short_and_a_visitor_without_one_is_a_guest()
    {
        await using var connection = await ConnectAsync("names", $"  {new string('x', 39)}👋  ");
        await using var nameless = await ConnectAsync("names", string.Empty);

        var names = (await ListAsync("document:names")).GetProperty("presences").EnumerateArray().Select(presence => presence.GetProperty("meta").GetProperty("name").GetString()!).ToList();

        names[0].Should().Be(new string('x', 39));
        names[1].Should().StartWith("Guest ");
    }

    [Theory]
    [InlineData("DocumentViewers")]
    [InlineData("ChatRoom")]
    public async Task An_unknown_backend_is_an_error_at_start_that_says_what_is_allowed(string sample)
    {
        var (exitCode, output) = await SampleProcess.RunAsync(sample, "--backend", "postgres");

        exitCode.Should().NotBe(0);
        output.Should().Contain("postgres").And.Contain("--backend memory");
    }

    private async Task<HubConnection> ConnectAsync(string document, string name)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var connection = new HubConnectionBuilder()
            .WithUrl(new Uri(_documents.Url, $"/hubs/document/{Uri.EscapeDataString(document)}?name={Uri.EscapeDataString(name)}"))
            .Build();
        connection.On<JsonElement>("PresenceState", _ => ready.TrySetResult());
        await connection.StartAsync();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(20));
        return connection;
    }

    private async Task<JsonElement> ListAsync(string key) =>
        await _http.GetFromJsonAsync<JsonElement>(new Uri($"/api/presence/{Uri.EscapeDataString(key)}", UriKind.Relative));
}
