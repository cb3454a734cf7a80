using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetaEmbed.Client;

/// <summary>What the generated part leaves open: a member that is not set is not sent.</summary>
public partial class MetaEmbedClient
{
    static partial void UpdateJsonSerializerSettings(JsonSerializerOptions settings) => settings.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
}
