using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Djust.Presence;

/// <summary>
/// Makes the tabs of an anonymous visitor one user. The cookie holds a random secret, protected by Data Protection; the id that others see is
/// derived from it one way, so that seeing somebody in a list does not allow to become them.
/// </summary>
internal sealed class VisitorIdentity(IDataProtectionProvider protection, IOptions<PresenceOptions> options)
{
    public const string Prefix = "anon_";

    private const int SecretBytes = 16;
    private const int IdBytes = 12;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    private readonly IDataProtector _protector = protection.CreateProtector("Djust.Presence.Visitor.v1");

    /// <summary>The visitor's id; a visitor without a valid cookie gets one with the response, as long as that has not started.</summary>
    public string GetOrCreate(HttpContext context)
    {
        if (context.Items.TryGetValue(typeof(VisitorIdentity), out var known))
        {
            return (string)known!;
        }

        var secret = Read(FindCookie(context, options.Value.VisitorCookieName));
        if (secret is null)
        {
            secret = RandomNumberGenerator.GetBytes(SecretBytes);
            Append(context, secret);
        }

        var id = Derive(secret);
        context.Items[typeof(VisitorIdentity)] = id;
        return id;
    }

    /// <summary>The id that <see cref="GetOrCreate"/> gave, which the request keeps no longer; null where it gave none.</summary>
    public static string? Take(HttpContext context) => context.Items.Remove(typeof(VisitorIdentity), out var known) ? (string)known! : null;

    /// <summary>An id for a connection that has no request to read a cookie from.</summary>
    public static string CreateId() => Derive(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Whether an id looks like one of a visitor. An authenticated user must not be able to pick such an id, since those of visitors are public.</summary>
    public static bool IsVisitorId(string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal) && id.Length == Prefix.Length + Base64Url.GetEncodedLength(IdBytes);

    private static string Derive(byte[] secret) =>
        Prefix + Base64Url.EncodeToString(HMACSHA256.HashData("Djust.Presence visitor id"u8, secret).AsSpan(0, IdBytes));

    /// <summary>One cookie's value, without what the framework keeps of all the others for as long as the request lasts: a connection's lasts long.</summary>
    private static string? FindCookie(HttpContext context, string name)
    {
        if (context.Features.Get<IRequestCookiesFeature>() is { } parsed)
        {
            return parsed.Cookies[name];
        }

        string? found = null;
        foreach (var header in context.Request.Headers.Cookie)
        {
            foreach (var part in header.AsSpan().Split(';'))
            {
                var cookie = header.AsSpan(part).Trim();
                var end = cookie.IndexOf('=');
                if (end >= 0 && cookie[..end].TrimEnd().Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    found = cookie[(end + 1)..].TrimStart().ToString();
                }
            }
        }

        return found;
    }

    private byte[]? Read(string? cookie)
    {
        if (string.IsNullOrEmpty(cookie))
        {
            return null;
        }

        try
        {
            var secret = _protector.Unprotect(Base64Url.DecodeFromChars(cookie));
            return secret.Length == SecretBytes ? secret : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            // Forged, or from before the keys changed: the visitor is new.
            return null;
        }
    }

    private void Append(HttpContext context, byte[] secret)
    {
        if (context.Response.HasStarted)
        {
            return;
        }

        var (name, value) = (options.Value.VisitorCookieName, Base64Url.EncodeToString(_protector.Protect(secret)));
        var cookie = new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = Lifetime,
            Path = "/",
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        };
        if (context.Features.Get<IResponseCookiesFeature>() is { } policy)
        {
            policy.Cookies.Append(name, value, cookie);
        }
        else
        {
            context.Response.Headers.Append("Set-Cookie", cookie.CreateCookieHeader(name, value).ToString());
        }
    }
}
