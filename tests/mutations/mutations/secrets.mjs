// No secret ever leaves in meta, ids, logs, metrics or errors.
const visitor = 'src/Djust.Presence/Security/VisitorIdentity.cs'

export default [
  {
    name: "a visitor's id is their cookie",
    rule: 'no cookie leaves in an id',
    file: visitor,
    find: 'var id = Derive(secret);',
    replace: 'var id = Prefix + (context.Request.Cookies[options.Value.VisitorCookieName] ?? Base64Url.EncodeToString(_protector.Protect(secret)));',
    tests: ['PresenceHubTests.No_secret_of_a_visitor_is_published', 'VisitorIdentityTests.Tabs_of_one_browser_are_one_user_and_another_browser_is_another'],
  },
  {
    name: "a visitor's id is the secret that their cookie protects",
    rule: 'an id is derived one-way',
    file: visitor,
    find: 'Base64Url.EncodeToString(HMACSHA256.HashData("Djust.Presence visitor id"u8, secret).AsSpan(0, IdBytes));',
    replace: 'Base64Url.EncodeToString(secret.AsSpan(0, IdBytes));',
    tests: ['VisitorIdentityTests.The_id_of_a_visitor_has_nothing_of_what_their_cookie_protects'],
  },
  {
    name: 'scripts of a page may read the cookie',
    rule: 'the cookie is for the server alone',
    file: visitor,
    find: 'HttpOnly = true,',
    replace: 'HttpOnly = false,',
    tests: ['VisitorIdentityTests.A_visitor_gets_the_cookie_with_the_hubs_handshake', 'PresenceHubTests.No_secret_of_a_visitor_is_published'],
  },
  {
    name: 'a cookie is taken as it comes',
    rule: 'nobody can act as another',
    file: visitor,
    find: 'var secret = _protector.Unprotect(Base64Url.DecodeFromChars(cookie));\n            return secret.Length == SecretBytes ? secret : null;',
    replace: 'return System.Text.Encoding.UTF8.GetBytes(cookie);',
    tests: ['VisitorIdentityTests.A_forged_cookie_makes_a_new_visitor'],
  },
  {
    name: "an authenticated user may have a visitor's id",
    rule: 'nobody can act as another',
    file: 'src/Djust.Presence/Hubs/HubPresence.cs',
    find: 'return session.CallbackKey is null && VisitorIdentity.IsVisitorId(authenticated)',
    replace: 'return authenticated.Length == 0',
    tests: ['VisitorIdentityTests.An_authenticated_user_cannot_take_a_visitors_id'],
  },
  {
    name: "redis: where it is is told with the password",
    rule: 'no secret leaves in logs or errors',
    file: 'src/Djust.Presence.Redis/Connection/RedisConnector.cs',
    find: '? Describe(ConfigurationOptions.Parse(configuration))',
    replace: '? configuration',
    tests: ['BadServerTests.A_wrong_password_is_told_as_such_and_kept_from_logs_and_health'],
  },
  {
    name: 'logs name users and keys',
    rule: 'ids are hashed in logs',
    file: 'src/Djust.Presence/Diagnostics/LogId.cs',
    find: 'Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_text)).AsSpan(0, Bytes));',
    replace: 'Encoding.UTF8.GetString(SHA256.HashSizeInBytes > Bytes ? Encoding.UTF8.GetBytes(_text) : []);',
    tests: ['LogTests.A_key_is_the_start_of_its_hash'],
  },
  {
    name: 'logs quote what an exception says',
    rule: 'no meta ever in logs',
    file: 'src/Djust.Presence/Diagnostics/LoggedException.cs',
    find: '_ => $"{exception.GetType()} (its message may quote what is not for logs)",',
    replace: '_ => $"{exception.GetType()}: {exception.Message}",',
    tests: ['LogTests.Of_an_exception_the_log_has_what_it_is_and_where_it_was_thrown', 'LogTests.An_aggregate_is_logged_with_all_that_it_holds_and_with_no_text_of_theirs'],
  },
]
