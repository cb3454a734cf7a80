using NJsonSchema;
using NJsonSchema.CodeGeneration;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;
using NSwag.CodeGeneration.OperationNameGenerators;

namespace MetaEmbed.Serving.Tests;

/// <summary>Makes the C# client of <c>samples/client</c> from the OpenAPI document.</summary>
internal static class GeneratedClient
{
    public static async Task<string> OfAsync(string description)
    {
        var document = await OpenApiDocument.FromJsonAsync(description);
        // A condition of a filter is one of several shapes: in C# an object.
        document.Components.Schemas.Remove("Condition");
        foreach (var filter in document.Components.Schemas.Values.Where(schema => schema.Properties.ContainsKey("filter")).Select(schema => schema.Properties["filter"]))
            filter.AdditionalPropertiesSchema = new NJsonSchema.JsonSchema();
        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "MetaEmbedClient",
            ExceptionClass = "MetaEmbedException",
            OperationNameGenerator = new SingleClientFromOperationIdOperationNameGenerator(),
            UseBaseUrl = false,
            DisposeHttpClient = false,
            GenerateOptionalParameters = true,
        };
        var code = settings.CSharpGeneratorSettings;
        code.Namespace = "MetaEmbed.Client";
        code.JsonLibrary = CSharpJsonLibrary.SystemTextJson;
        code.GenerateNullableReferenceTypes = true;
        code.GenerateOptionalPropertiesAsNullable = true;
        code.GenerateDataAnnotations = false;
        code.ArrayType = "System.Collections.Generic.IReadOnlyList";
        code.PropertyNameGenerator = new PascalNames();
        return new CSharpClientGenerator(document, settings).GenerateFile().ReplaceLineEndings("\n");
    }

    /// <summary><c>include_history</c> is <c>IncludeHistory</c>.</summary>
    private sealed class PascalNames : IPropertyNameGenerator
    {
        public string Generate(JsonSchemaProperty property) =>
            string.Concat(property.Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
