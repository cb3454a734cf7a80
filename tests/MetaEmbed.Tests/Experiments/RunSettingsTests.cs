using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Tests.Storage;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Experiments;

public class RunSettingsTests
{
    [Fact]
    public void Settings_come_back_as_the_texts_of_the_command_line_and_are_numbers_in_the_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder["settings.json"];
        var coarse = new Dictionary<string, string>
        {
            ["dimension"] = "128",
            ["learning-rate"] = "0.001",
            ["tiny"] = "1E-05",
            ["cutoffs"] = "5,10,20,50",
            ["initialization"] = "partition",
            ["flag"] = "true",
            ["odd"] = "007",
            ["words"] = "a,b",
            ["empty"] = "",
            ["nan"] = "NaN",
        };
        RunSettings.Write(path, new Dictionary<string, IReadOnlyDictionary<string, string>> { ["coarse"] = coarse });
        var text = File.ReadAllText(path);
        Assert.Contains("\"dimension\": 128", text);
        Assert.Contains("\"learning-rate\": 0.001", text);
        Assert.Contains("\"cutoffs\": [5, 10, 20, 50]", text);
        Assert.Contains("\"odd\": \"007\"", text);
        Assert.Equal(coarse, RunSettings.Read(path)["coarse"]);
    }

    [Fact]
    public void A_resume_with_another_setting_names_it_with_both_values()
    {
        using var folder = new TemporaryFolder();
        var path = folder["settings.json"];
        var old = new Dictionary<string, string> { ["seed"] = "1", ["max-epochs"] = "10" };
        RunSettings.Write(path, new Dictionary<string, IReadOnlyDictionary<string, string>> { ["coarse"] = old });
        RunSettings.RequireSame(path, "coarse", new Dictionary<string, string>(old) { ["max-epochs"] = "20" }, "max-epochs");
        RunSettings.RequireSame(path, "fine", new Dictionary<string, string>());
        var mistake = Assert.Throws<UserMistakeException>(() => RunSettings.RequireSame(path, "coarse", new Dictionary<string, string>(old) { ["seed"] = "2" }));
        Assert.Contains("the run was started with seed 1, now it is seed 2", mistake.Message);
        Assert.Contains("now it is no max-epochs", Assert.Throws<UserMistakeException>(() => RunSettings.RequireSame(path, "coarse", new Dictionary<string, string> { ["seed"] = "1" })).Message);
    }

    [Fact]
    public void A_run_of_an_older_version_goes_on_while_settings_that_it_did_not_know_have_their_defaults()
    {
        using var folder = new TemporaryFolder();
        var path = folder["settings.json"];
        var options = new CoarseTrainingOptions();
        var old = RunSettings.Of(options).Where(pair => pair.Key != "assignment-rest-step").ToDictionary();
        RunSettings.Write(path, new Dictionary<string, IReadOnlyDictionary<string, string>> { ["coarse"] = old });
        RunSettings.RequireSame(path, "coarse", RunSettings.Of(options));
        var mistake = Assert.Throws<UserMistakeException>(() => RunSettings.RequireSame(path, "coarse", RunSettings.Of(options with { AssignmentRestStep = 5 })));
        Assert.Contains("the run was started with assignment-rest-step 0, now it is assignment-rest-step 5", mistake.Message);
    }

    [Fact]
    public void A_run_keeps_the_settings_of_each_stage_and_those_that_may_change_as_they_are_now()
    {
        using var folder = new TemporaryFolder();
        using var run = RunFolder.Open(folder.Root, resume: false);
        var options = new CoarseTrainingOptions();
        Assert.Throws<InvalidOperationException>(() => run.UseSettings("coarse", RunSettings.Of(options)));
        run.Save(RunFolderTests.Manifest());
        run.UseSettings("coarse", RunSettings.Of(options));
        run.UseSettings("fine", new Dictionary<string, string> { ["gate"] = "0.2" });
        var longer = RunSettings.Of(options with { MaxEpochs = 7 });
        run.UseSettings("coarse", longer, "max-epochs");
        Assert.Equal(longer, RunSettings.Read(run.Layout.Settings)["coarse"]);
        Assert.Equal("5,10,20,50", longer["cutoffs"]);
        Assert.Equal("0.2", RunSettings.Read(run.Layout.Settings)["fine"]["gate"]);
        var mistake = Assert.Throws<UserMistakeException>(() => run.UseSettings("coarse", RunSettings.Of(options with { LearningRate = 0.1 }), "max-epochs"));
        Assert.Contains("the run was started with learning-rate 0.001, now it is learning-rate 0.1", mistake.Message);
        Assert.Equal(longer, RunSettings.Read(run.Layout.Settings)["coarse"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"coarse\":1}")]
    [InlineData("{\"coarse\":{\"a\":1,\"a\":2}}")]
    public void A_damaged_file_is_one_clear_line(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["settings.json"], content);
        Assert.Contains("are no settings of a run", Assert.Throws<UserMistakeException>(() => RunSettings.Read(folder["settings.json"])).Message);
    }
}
