using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.Extensions.Logging;

namespace Djust.Presence.Testing;

/// <summary>What a message of ours may hold: keys and user ids as hashes, exceptions without their text, and what is neither anybody's name nor anybody's words.</summary>
internal static class LogRules
{
    /// <summary>Texts that no client chose: what the administrator configured, the code is called, or a fixed list of ours says. An origin is made printable and short.</summary>
    private static readonly HashSet<string> Texts = ["endpoints", "hub", "method", "origin", "prefix", "reason", "version", "what"];

    private static readonly HashSet<string> Types = ["Microsoft.Extensions.Logging.ILogger", "Djust.Presence.LogId", "Djust.Presence.LoggedException", "System.TimeSpan", "System.Int32", "System.Int64"];

    /// <summary>Ways to write that pass these rules by.</summary>
    private static readonly HashSet<string> OtherWays = ["ILogger.Log", "LoggerExtensions", "Console", "Debug.Write", "Debug.WriteLine", "Trace"];

    public static IReadOnlyList<(string Name, LoggerMessageAttribute Message, ParameterInfo[] Parameters)> Messages(Assembly assembly) =>
    [
        .. from type in assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           select ($"{type.Name}.{method.Name}", message, method.GetParameters()),
    ];

    public static IEnumerable<string> BrokenBy(Assembly assembly) =>
        from message in Messages(assembly)
        from parameter in message.Parameters
        where !parameter.ParameterType.IsEnum && !Types.Contains(parameter.ParameterType.FullName!) && !(parameter.ParameterType == typeof(string) && Texts.Contains(parameter.Name!))
        select $"{message.Name}: {parameter.ParameterType.Name} {parameter.Name}";

    /// <summary>What the assembly calls in order to write elsewhere than in messages with rules.</summary>
    public static IReadOnlyList<string> PassedBy(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var reader = file.GetMetadataReader();
        return
        [
            .. from handle in reader.MemberReferences
               let member = reader.GetMemberReference(handle)
               where member.Parent.Kind == HandleKind.TypeReference
               let type = reader.GetString(reader.GetTypeReference((TypeReferenceHandle)member.Parent).Name)
               let name = $"{type}.{reader.GetString(member.Name)}"
               where OtherWays.Contains(type) || OtherWays.Contains(name)
               select name,
        ];
    }
}
