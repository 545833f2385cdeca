using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
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

        var secret = Read(context.Request.Cookies[options.Value.VisitorCookieName]);
        if (secret is null)
        {
            secret = RandomNumberGenerator.GetBytes(SecretBytes);
            Append(context, secret);
        }

        var id = Derive(secret);
        context.Items[typeof(VisitorIdentity)] = id;
        return id;
    }

    /// <summary>An id for a connection that has no request to read a cookie from.</summary>
    public static string CreateId() => Derive(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Whether an id looks like one of a visitor. An authenticated user must not be able to pick such an id, since those of visitors are public.</summary>
    public static bool IsVisitorId(string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal) && id.Length == Prefix.Length + Base64Url.GetEncodedLength(IdBytes);

    private static string Derive(byte[] secret) =>
        Prefix + Base64Url.EncodeToString(HMACSHA256.HashData("Djust.Presence visitor id"u8, secret).AsSpan(0, IdBytes));

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

        context.Response.Cookies.Append(options.Value.VisitorCookieName, Base64Url.EncodeToString(_protector.Protect(secret)), new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = Lifetime,
            Path = "/",
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        });
    }
}
