using System.Net.Sockets;
using System.Text;

namespace Djust.Presence;

/// <summary>
/// An exception as the log has it: what it is and where it came from. Messages of the application and of its libraries stay out, since they may quote keys,
/// user ids, metas or passwords; those of <see cref="ILoggableMessage"/> do not.
/// </summary>
internal sealed class LoggedException : Exception
{
    private readonly Exception _exception;
    private readonly LoggedException[] _inner;

    public LoggedException(Exception exception)
        : this(exception, InnerOf(exception))
    {
    }

    private LoggedException(Exception exception, LoggedException[] inner)
        : base(Describe(exception), inner.FirstOrDefault()) => (_exception, _inner) = (exception, inner);

    public override string? StackTrace => _exception.StackTrace;

    /// <summary>As exceptions are usually written, with all that an aggregate holds.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Message);
        foreach (var inner in _inner)
        {
            text.AppendLine().Append(" ---> ").Append(inner).AppendLine().Append("   --- End of inner exception stack trace ---");
        }

        return _exception.StackTrace is { } stack ? text.AppendLine().Append(stack).ToString() : text.ToString();
    }

    private static LoggedException[] InnerOf(Exception exception) => exception switch
    {
        AggregateException aggregate => [.. aggregate.InnerExceptions.Select(inner => new LoggedException(inner))],
        { InnerException: { } inner } => [new LoggedException(inner)],
        _ => [],
    };

    private static string Describe(Exception exception) => exception switch
    {
        ILoggableMessage => $"{exception.GetType()}: {exception.Message}",
        SocketException socket => $"{exception.GetType()}: {socket.SocketErrorCode}",
        _ => $"{exception.GetType()} (its message may quote what is not for logs)",
    };
}
