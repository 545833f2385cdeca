using System.Text.Json;
using System.Text.Json.Serialization;

namespace Djust.Presence.Benchmarks;

/// <summary>What one run of one suite has shown.</summary>
internal sealed record SuiteResult
{
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public required string Suite { get; init; }

    /// <summary>One sentence or two: what was done.</summary>
    public required string About { get; init; }

    public Machine Machine { get; init; } = Machine.Here();

    /// <summary>Whether it was a short run, which only shows that the suite works.</summary>
    public bool Quick { get; init; }

    public required IReadOnlyList<ResultRow> Rows { get; init; }

    [JsonIgnore]
    public GrowthPlot? Plot { get; init; }

    public static SuiteResult Load(string path) => JsonSerializer.Deserialize<SuiteResult>(File.ReadAllText(path), JsonOptions)!;

    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, JsonOptions) + "\n");
}
