namespace MetaEmbed.Numerics;

/// <summary>
/// Describes one setting of an options record. The command line, the config file, <c>--help</c> and the reference of
/// settings are all generated from it; the name is the property's in kebab case (<c>LearningRate</c>: learning-rate).
/// </summary>
/// <param name="description">One sentence, for people.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string description) : Attribute
{
    /// <summary>One sentence, for people.</summary>
    public string Description { get; } = description;

    /// <summary>Smallest allowed value of a number.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>Largest allowed value of a number.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>The flag of the official Python code that means the same; empty where there is none.</summary>
    public string OfficialFlag { get; init; } = "";
}
