namespace MetaEmbed.Cli.Tests;

/// <summary>A user's mistake is one line on standard error and exit code 2, with the way out.</summary>
public sealed class MistakeTests
{
    [Theory]
    [InlineData("unknown option '--sed'; did you mean '--seed'?", "train", "--sed", "3")]
    [InlineData("unknown option '--sed'; did you mean '--seed'?", "train", "--data", "x", "--run", "y", "--sed=3")]
    [InlineData("unknown option '--jsn'; did you mean '--json'?", "data", "stats", "--jsn")]
    [InlineData("unknown option '--zzzzzzzz'; see 'metaembed recommend --help'.", "recommend", "--zzzzzzzz")]
    [InlineData("unknown option '--verison'; did you mean '--version'?", "--verison")]
    [InlineData("unknown command 'trian'; did you mean 'train'?", "trian")]
    [InlineData("unknown command 'stat'; did you mean 'stats'?", "data", "stat", "DIR")]
    [InlineData("'data' needs a command; known are stats, show, convert, export, sample, retrain, generate.", "data")]
    [InlineData("'extra' is one argument too many; see 'metaembed data stats --help'.", "data", "stats", "DIR", "extra")]
    [InlineData("DIR is missing; see 'metaembed data stats --help'.", "data", "stats")]
    [InlineData("--data and --run are missing; give --data DIR --run DIR, or see 'metaembed train --help'.", "train")]
    [InlineData("--run is missing; give --run DIR, or see 'metaembed train --help'.", "train", "--data", "x")]
    [InlineData("--run has no value; give --run DIR.", "evaluate", "--run")]
    [InlineData("--user is given 2 times; give it once.", "recommend", "--run", "x", "--user", "4", "--user", "5")]
    [InlineData("-k is 'ten'; give a whole number from 1.", "recommend", "--run", "x", "--user", "4", "-k", "ten")]
    [InlineData("--threads is '1025'; give a whole number from 0 to 1024.", "train", "--data", "x", "--run", "y", "--threads", "1025")]
    [InlineData("there is no preset 'publish'; did you mean 'published'?", "train", "--data", "x", "--run", "y", "--preset", "publish")]
    [InlineData("there is no stage 'corse'; did you mean 'coarse'?", "train", "--data", "x", "--run", "y", "--stage", "corse")]
    [InlineData("there is no stage 'fien'; did you mean 'fine'?", "train", "--data", "x", "--run", "y", "--stage", "fien")]
    [InlineData("--from goes with --stage fine or with --user-rows folded, not with --stage both; leave --from out, or give --stage fine.", "train", "--data", "x", "--run", "y", "--stage", "both", "--from", "z")]
    [InlineData("--gradient-clip is a setting of the coarse stage, which --from takes from z; leave it out, or give --fine-gradient-clip.", "train", "--data", "x", "--run", "y", "--stage", "fine", "--from", "z", "--gradient-clip", "1")]
    [InlineData("--layers is a setting of the coarse stage, which --from takes from z; leave it out.", "train", "--data", "x", "--run", "y", "--stage", "fine", "--from", "z", "--seed", "3", "--layers", "1")]
    [InlineData("--fine-gate is '2'; give a number from 0 to 1.", "train", "--data", "x", "--run", "y", "--fine-gate", "2")]
    [InlineData("--fine-freeze-fine is 'yes'; give true or false.", "train", "--data", "x", "--run", "y", "--fine-freeze-fine", "yes")]
    [InlineData("unknown option '--fine-learnin-rate'; did you mean '--fine-learning-rate'?", "train", "--data", "x", "--run", "y", "--fine-learnin-rate", "1")]
    [InlineData("there is no split 'tset'; did you mean 'test'?", "evaluate", "--data", "x", "--run", "y", "--split", "tset")]
    [InlineData("--seed is 'abc'; give a whole number from 0.", "train", "--data", "x", "--run", "y", "--seed", "abc")]
    [InlineData("--layers is '17'; give a whole number from 0 to 16.", "train", "--data", "x", "--run", "y", "--layers", "17")]
    [InlineData("--learning-rate is 'NaN'; give a number from 0 to 100.", "train", "--data", "x", "--run", "y", "--learning-rate", "NaN")]
    [InlineData("--cutoffs is '5,5'; give different whole numbers from 1.", "train", "--data", "x", "--run", "y", "--cutoffs", "5", "5")]
    [InlineData("--initialization is 'metis'; give partition or random.", "train", "--data", "x", "--run", "y", "--initialization", "metis")]
    public void On_the_command_line(string line, params string[] args) => Assert.Equal(line, Metaembed.Mistake(args));

    [Theory]
    [InlineData("thread = 3", 1, "unknown key 'thread'; did you mean 'threads'?")]
    [InlineData("seed = 3", 1, "unknown key 'seed'; settings of a stage stand below a line [coarse] or [fine].")]
    [InlineData("gate = 0.1", 1, "unknown key 'gate'; settings of the fine stage stand below a line [fine].")]
    [InlineData("[coarse]\nseed = 1\n\n[fine]\ngaet = 0.1", 5, "unknown setting 'gaet'; did you mean 'gate'?")]
    [InlineData("[fine]\ngate = 2.5", 2, "gate is '2.5'; give a number from 0 to 1.")]
    [InlineData("threads = -1", 1, "threads is '-1'; give a whole number from 0 to 1024.")]
    [InlineData("preset = \"own\"", null, "there is no preset 'own'; known are fast, best, best-t4, published, published-yelp2020, published-yelp2020-readme, table, folded, demo.")]
    [InlineData("# mine\n[coarse]\nlearnin-rate = 0.1", 3, "unknown setting 'learnin-rate'; did you mean 'learning-rate'?")]
    [InlineData("[coarse]\nlayers = 99 # many", 2, "layers is '99'; give a whole number from 0 to 16.")]
    [InlineData("[coarse]\nlearning-rate = nan", 2, "learning-rate is 'NaN'; give a number from 0 to 100.")]
    [InlineData("[coarse]\ncutoffs = [5, \"x\"]", 2, "cutoffs is 'x'; give different whole numbers from 1.")]
    [InlineData("[coarse]\nseed = 1979-05-27", 2, "seed has a value of an unknown kind; give a number, a word in quotes or a list of numbers.")]
    [InlineData("[corse]\nseed = 1", 1, "unknown table 'corse'; known are [coarse] and [fine].")]
    public void In_a_config_file(string text, int? line, string expected)
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("own.toml", text);
        var place = line is null ? "" : $"{config}:{line}: ";
        Assert.Equal(place + expected, Metaembed.Mistake("train", "--data", "x", "--run", folder["run"], "--config", config));
    }

    [Fact]
    public void In_the_syntax_of_a_config_file()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("own.toml", "[coarse]\nseed = \nlayers = 3\n");
        Assert.StartsWith($"{config}:2: ", Metaembed.Mistake("train", "--data", "x", "--run", folder["run"], "--config", config), StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_missing_config_file() =>
        Assert.Equal(
            "nowhere.toml: the config file cannot be read; give --config an existing file.",
            Metaembed.Mistake("train", "--data", "x", "--run", "y", "--config", "nowhere.toml"));

    [Fact]
    public void In_a_dataset()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.txt", "0 1 2\n1 x\n");
        folder.Write("test.txt", "0 3\n");
        Assert.StartsWith($"{folder["train.txt"]}:2: ", Metaembed.Mistake("data", "stats", folder.Root), StringComparison.Ordinal);
    }
}
