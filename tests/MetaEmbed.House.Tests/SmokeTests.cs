namespace MetaEmbed.House.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void The_project_builds() => Assert.NotNull(typeof(SmokeTests).Assembly.FullName);
}
