using System.Net;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Djust.Presence;

/// <summary>Says at start what is wrong with the options, all of it at once, and never repeats a password.</summary>
internal sealed class RedisPresenceOptionsValidator : IValidateOptions<RedisPresenceOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisPresenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        Check(options.ConnectionFactory is not null || !string.IsNullOrWhiteSpace(options.Configuration),
            $"{nameof(options.Configuration)} is empty. Say where Redis is, such as AddRedisPresence(\"localhost:6379\"), or set {nameof(options.ConnectionFactory)}.");
        Check(options.ConnectionFactory is null || string.IsNullOrWhiteSpace(options.Configuration),
            $"Both {nameof(options.Configuration)} and {nameof(options.ConnectionFactory)} are set; keep one.");
        Check(string.IsNullOrWhiteSpace(options.Configuration) || IsConfiguration(options.Configuration),
            $"{nameof(options.Configuration)} is no configuration of StackExchange.Redis. Write host:port and options, such as \"localhost:6379,password=…\".");
        Check(string.IsNullOrWhiteSpace(options.Configuration) || !IsConfiguration(options.Configuration) || ConfigurationOptions.Parse(options.Configuration).ChannelPrefix.IsNullOrEmpty,
            $"{nameof(options.Configuration)} has a channelPrefix, which scripts that publish do not know of. Leave it out and set {nameof(options.KeyPrefix)}.");
        Check(IsPrefix(options.KeyPrefix),
            $"{nameof(options.KeyPrefix)} is \"{options.KeyPrefix}\"; it must have 1 to 100 letters, digits and . _ - : only. Braces would break the hash tags of Redis Cluster.");
        Check(options.RequestTimeout >= TimeSpan.FromMilliseconds(50) && options.RequestTimeout <= TimeSpan.FromMinutes(1),
            $"{nameof(options.RequestTimeout)} is {options.RequestTimeout}; it must be 50 ms to 1 min.");
        Check(options.KeyLifetime >= TimeSpan.FromHours(2) && options.KeyLifetime <= TimeSpan.FromDays(365),
            $"{nameof(options.KeyLifetime)} is {options.KeyLifetime}; it must be two hours to a year, since nodes renew it about once an hour.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool condition, string failure)
        {
            if (!condition)
            {
                failures.Add(failure);
            }
        }
    }

    private static bool IsConfiguration(string configuration)
    {
        try
        {
            // An address with a user in it, as other clients write it, would be taken for the name of a host, and shown as one.
            var endpoints = ConfigurationOptions.Parse(configuration).EndPoints;
            return endpoints.Count > 0 && !endpoints.Any(endpoint => endpoint is DnsEndPoint dns && dns.Host.AsSpan().ContainsAny('@', '/'));
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static bool IsPrefix(string? prefix) =>
        !string.IsNullOrEmpty(prefix) && prefix.Length <= 100 && prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or ':');
}
