using ScottPlot;

namespace MetaEmbed.Cli.Plots;

/// <summary>Colours of the plots: one set for paper, one for dark screens. Lines keep their order, light to dark, by cut-off.</summary>
internal sealed record Ink(Color Background, Color Text, Color Quiet, Color Grid, Color[] Lines)
{
    public static Ink Light { get; } = new(
        Color.FromHex("#FFFFFF"), Color.FromHex("#1B1F24"), Color.FromHex("#6B7480"), Color.FromHex("#E4E8EC"),
        [Color.FromHex("#0B6E99"), Color.FromHex("#C2571A"), Color.FromHex("#2E7D4F"), Color.FromHex("#7A4FA3"), Color.FromHex("#A8323E"), Color.FromHex("#6B6B1F")]);

    public static Ink Dark { get; } = new(
        Color.FromHex("#15191E"), Color.FromHex("#E6EAEE"), Color.FromHex("#98A2AD"), Color.FromHex("#2A3038"),
        [Color.FromHex("#5BB8E0"), Color.FromHex("#F0955A"), Color.FromHex("#6CC792"), Color.FromHex("#BC96E0"), Color.FromHex("#EE7F8A"), Color.FromHex("#C9C96A")]);

    /// <summary>The colour of the i-th line.</summary>
    public Color Line(int i) => Lines[i % Lines.Length];
}
