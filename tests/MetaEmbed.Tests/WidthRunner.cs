using System.Diagnostics;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests;

/// <summary>Work whose results must not depend on the width of vectors. Has a constructor without parameters.</summary>
internal interface IWidthProbe
{
    /// <summary>Computes something and appends the results; runs in a process of its own.</summary>
    void Run(WidthHash results);
}

/// <summary>Collects the results of a probe, bit by bit.</summary>
internal sealed class WidthHash
{
    private readonly XxHash128 _hash = new();

    /// <summary>Hash of all that was appended.</summary>
    public string Value => Convert.ToHexString(_hash.GetCurrentHash());

    /// <summary>Number of bytes appended.</summary>
    public long Length { get; private set; }

    public void Append<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        _hash.Append(bytes);
        Length += bytes.Length;
    }

    public void Append<T>(T[] values)
        where T : unmanaged => Append((ReadOnlySpan<T>)values);

    public void Append(Matrix matrix) => Append((ReadOnlySpan<float>)matrix.AsSpan());
}

/// <summary>
/// Runs a probe in child processes with instruction sets switched off, since a running process cannot change its own,
/// and asserts that every one gives the same bits. The child tells the width that was really in force and the parent
/// checks it: a misspelt switch is ignored in silence.
/// </summary>
/// <example><code>[Fact] public void Same_bits_at_every_width() => WidthRunner.AssertSameBits&lt;MyProbe&gt;();</code></example>
internal static class WidthRunner
{
    private const string ProbeVariable = "METAEMBED_WIDTH_PROBE";

    private static readonly string[] Switches = ["DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_PreferredVectorBitWidth"];

    /// <summary>The settings to compare: a name, the switches, and the width they must bring on a machine that has AVX-512.</summary>
    private static readonly (string Name, string[] Set, int Bits, bool Fused)[] Settings =
    [
        ("as the machine is", [], 512, true),
        ("vectors of 256 bits", ["DOTNET_PreferredVectorBitWidth=256"], 256, true),
        ("vectors of 128 bits", ["DOTNET_PreferredVectorBitWidth=128"], 128, true),
        ("no AVX-512", ["DOTNET_EnableAVX512=0"], 256, true),
        ("no AVX2, no fused multiply-add", ["DOTNET_EnableAVX2=0"], 128, false),
    ];

    /// <summary>Runs the probe under every setting and asserts equal hashes.</summary>
    /// <typeparam name="TProbe">The probe.</typeparam>
    /// <param name="withoutFused">
    /// Whether the setting without fused multiply-add is compared too; there a multiply-add runs in software, tens of
    /// times slower.
    /// </param>
    public static void AssertSameBits<TProbe>(bool withoutFused = true)
        where TProbe : IWidthProbe, new()
    {
        if (!Vector256.IsHardwareAccelerated)
            Assert.Skip("the processor has one width of vectors only");
        var largest = Vector512.IsHardwareAccelerated ? 512 : 256;
        var lines = new List<string>();
        foreach (var setting in Settings.Where(setting => setting.Fused || withoutFused))
        {
            var report = Child(typeof(TProbe), setting.Set);
            lines.Add($"{setting.Name}: {report.Bits} bits, fused {report.Fused}, {report.Bytes} bytes, {report.Hash}");
            Assert.True(report.Bits == Math.Min(setting.Bits, largest), $"{lines[^1]}: expected {Math.Min(setting.Bits, largest)} bits in force");
            Assert.True(report.Fused == setting.Fused, $"{lines[^1]}: expected fused multiply-add {setting.Fused}");
            Assert.True(report.Bytes > 0, $"{lines[^1]}: the probe appended nothing");
        }

        foreach (var line in lines)
            TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.True(lines.Select(line => line[line.LastIndexOf(' ')..]).Distinct().Count() == 1, string.Join(Environment.NewLine, lines.Prepend("the bits differ:")));
    }

    /// <summary>In a child process: runs the probe named in the environment, prints the report, and returns true.</summary>
    public static bool RunIfChild()
    {
        var name = Environment.GetEnvironmentVariable(ProbeVariable);
        if (string.IsNullOrEmpty(name))
            return false;
        var probe = (IWidthProbe)Activator.CreateInstance(Type.GetType(name, throwOnError: true)!)!;
        var hash = new WidthHash();
        probe.Run(hash);
        var bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        Console.WriteLine($"probe {bits} {Fma.IsSupported} {hash.Length} {hash.Value}");
        return true;
    }

    private static Report Child(Type probe, string[] set)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in Switches)
            start.Environment.Remove(name);
        foreach (var assignment in set)
            start.Environment[assignment.Split('=')[0]] = assignment.Split('=')[1];
        start.Environment[ProbeVariable] = probe.AssemblyQualifiedName;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var words = output.Split('\n').LastOrDefault(line => line.StartsWith("probe ", StringComparison.Ordinal))?.Trim().Split(' ');
        if (process.ExitCode != 0 || words is null)
            Assert.Fail($"{probe.Name} under [{string.Join(' ', set)}] ended with {process.ExitCode}: {output}{errors.Result}");
        return new Report(int.Parse(words[1]), bool.Parse(words[2]), long.Parse(words[3]), words[4]);
    }

    private sealed record Report(int Bits, bool Fused, long Bytes, string Hash);
}
