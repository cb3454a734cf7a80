using System.Diagnostics;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Tests.Storage;

/// <summary>A real disk of a few kilobytes, where the system lets the test mount one; else the test is skipped.</summary>
internal sealed class FullDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FullDisk(int kilobytes)
    {
        if (!OperatingSystem.IsLinux() || !Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", _folder.Root))
        {
            _folder.Dispose();
            Assert.Skip("mounting a small disk takes Linux and root");
        }
    }

    public string this[string name] => _folder[name];

    public string[] Names => _folder.Names;

    public string Root => _folder.Root;

    public void Dispose()
    {
        Run("umount", "-l", _folder.Root);
        _folder.Dispose();
    }

    private static bool Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

public class FullDiskTests
{
    [Theory]
    [InlineData(0, "^the disk is full: more than the [0-9,]+ free bytes are needed; the old file, if any, is as it was$")]
    [InlineData(100_000, "^the disk is full: 100,000 bytes are needed, [0-9,]+ are free; the old file, if any, is as it was$")]
    public void A_full_disk_is_one_clear_line_and_the_old_file_stays(long expectedLength, string message)
    {
        using var disk = new FullDisk(64);
        var path = disk["a.bin"];
        AtomicFile.Write(path, new byte[20_000]);
        var mistake = Assert.Throws<UserMistakeException>(() => AtomicFile.Write(path, s => s.Write(new byte[100_000]), expectedLength));
        Assert.Equal(path, mistake.File);
        Assert.Matches(message, mistake.Found);
        Assert.Equal(20_000, new FileInfo(path).Length);
        Assert.Equal(["a.bin"], disk.Names);
    }

    [Fact]
    public void Tensors_on_a_full_disk_leave_the_old_ones_readable()
    {
        using var disk = new FullDisk(64);
        var path = disk["a.safetensors"];
        SafetensorsWriter.Write(path, [TensorEntry.Of("x", new float[1000])]);
        var mistake = Assert.Throws<UserMistakeException>(() => SafetensorsWriter.Write(path, [TensorEntry.Of("x", new float[30_000])]));
        Assert.Contains("the disk is full: 120,192 bytes are needed", mistake.Message);
        using var file = MetaEmbed.Inference.Files.Safetensors.Open(path);
        Checksum.Verify(file);
        Assert.Equal(1000, file.Values<float>("x").Length);
    }
}
