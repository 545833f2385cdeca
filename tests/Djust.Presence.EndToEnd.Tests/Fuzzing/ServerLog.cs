namespace Djust.Presence.EndToEnd.Tests.Fuzzing;

/// <summary>What a sample's console says went wrong: each error with the exception that caused it, counted.</summary>
internal static class ServerLog
{
    /// <summary>SignalR's own words for what clients are refused, or are closed for. Everything else is a fault of the server's.</summary>
    private static readonly (string Category, string Message, string Exception)[] Expected =
    [
        ("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", "Failed to invoke hub method", "Microsoft.AspNetCore.SignalR.HubException"),
        ("Microsoft.AspNetCore.SignalR.HubConnectionHandler", "Error when processing requests.", "System.IO.InvalidDataException"),
    ];

    public static IReadOnlyDictionary<string, int> Errors(string output)
    {
        var lines = output.Split(Environment.NewLine);
        var errors = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("fail: ", StringComparison.Ordinal) || lines[i].StartsWith("crit: ", StringComparison.Ordinal) || lines[i].StartsWith("Unhandled", StringComparison.Ordinal))
            {
                var (category, message, exception) = (lines[i], lines.ElementAtOrDefault(i + 1) ?? string.Empty, lines.ElementAtOrDefault(i + 2) ?? string.Empty);
                if (!Expected.Any(expected => category.Contains(expected.Category, StringComparison.Ordinal)
                    && message.Contains(expected.Message, StringComparison.Ordinal) && exception.TrimStart().StartsWith(expected.Exception + ":", StringComparison.Ordinal)))
                {
                    var error = string.Join(" | ", lines.Skip(i).Take(6).Select(line => line.Trim()));
                    errors[error] = errors.GetValueOrDefault(error) + 1;
                }
            }
        }

        return errors;
    }
}
