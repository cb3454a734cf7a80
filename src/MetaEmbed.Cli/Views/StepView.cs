namespace MetaEmbed.Cli.Views;

/// <summary>One line for each step of a longer command, in the order of the steps.</summary>
internal sealed class StepView(Screen screen) : IProgress<string>
{
    public void Report(string value) => screen.Text.WriteLine(value);
}
