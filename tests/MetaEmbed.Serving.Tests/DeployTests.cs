using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using MetaEmbed.Serving.Hosting;
using MetaEmbed.Shared.Tests;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using YamlDotNet.RepresentationModel;

namespace MetaEmbed.Serving.Tests;

/// <summary>Image, unit and manifests name settings, routes, ports and each other as they are.</summary>
public sealed partial class DeployTests
{
    // Beside the settings: what ServingSettings.ApplyEnvironment and ApiKeys read.
    private static readonly string[] OtherVariables = ["METAEMBED_MODEL", "METAEMBED_API_KEYS"];

    public static TheoryData<string> Folders => ["kubernetes", "kubernetes-events"];

    [Fact]
    public void Every_variable_is_one_of_the_service_and_every_value_is_taken()
    {
        var texts = Directory.GetFiles(DeployFiles.Folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".json", StringComparison.Ordinal)).ToList();
        var named = texts.SelectMany(file => VariableName().Matches(File.ReadAllText(file))).Select(match => match.Value).Distinct().ToList();
        Assert.True(named.Count > 8);
        Assert.All(named, name => Assert.Contains(name, ServingSettings.All.Select(setting => setting.Variable).Concat(OtherVariables)));
        var given = new[] { DeployFiles.ImageVariables(), DeployFiles.UnitVariables() }
            .Concat(Folders.Select(folder => DeployFiles.Manifests(folder).Of("ConfigMap").Map("data")));
        Assert.All(given, variables => Assert.All(variables, Taken));

        // In comments and docs settings are options.
        Assert.All(
            texts.SelectMany(file => OptionName().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).Where(name => ServingSettings.Find(name) is null),
            name => Assert.Contains(name, new[] { "rm", "no-install-recommends", "from-literal", "now", "from" }));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Probes_and_ports_lead_to_routes_of_the_service(string folder)
    {
        await using var service = await Service.StartAsync();
        var routes = service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("GET")).Select(route => route.RoutePattern.RawText).ToList();
        var manifests = DeployFiles.Manifests(folder);
        var template = Workload(manifests).At("spec/template")!;
        var container = template.At("spec/containers/0")!;
        foreach (var probe in new[] { "startupProbe", "readinessProbe", "livenessProbe" })
        {
            Assert.Contains(container.Text($"{probe}/httpGet/path"), routes);
            Assert.Equal(container.Text("ports/0/name"), container.Text($"{probe}/httpGet/port"));
        }

        Assert.Equal("/readyz", container.Text("readinessProbe/httpGet/path"));
        var port = manifests.Of("ConfigMap").Text("data/METAEMBED_PORT");
        Assert.Equal(port, container.Text("ports/0/containerPort"));
        Assert.Equal(port, template.Map("metadata/annotations")["prometheus.io/port"]);
        Assert.Contains(template.Map("metadata/annotations")["prometheus.io/path"], routes);
        Assert.Equal(container.Text("ports/0/name"), manifests.Of("Service").Text("spec/ports/0/targetPort"));
        Assert.Equal("0.0.0.0", manifests.Of("ConfigMap").Text("data/METAEMBED_HOST"));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_end_of_a_replica_is_awaited(string folder)
    {
        var manifests = DeployFiles.Manifests(folder);
        var pod = Workload(manifests).At("spec/template/spec")!;
        var drain = manifests.Of("ConfigMap").Number("data/METAEMBED_DRAIN");
        Assert.InRange(pod.Number("terminationGracePeriodSeconds"), drain + ServingHost.ShutdownPatience.TotalSeconds + 1, 120);
        // Before the drain is over, the replica must have been found not ready, and taken out.
        var probe = pod.At("containers/0/readinessProbe")!;
        Assert.InRange(probe.Number("periodSeconds") * probe.Number("failureThreshold"), 1, drain - 5);
        var unit = DeployFiles.UnitLines();
        Assert.InRange(int.Parse(unit["TimeoutStopSec"].Single()), int.Parse(DeployFiles.UnitVariables()["METAEMBED_DRAIN"]) + ServingHost.ShutdownPatience.TotalSeconds + 1, 120);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Manifests_fit_together(string folder)
    {
        var manifests = DeployFiles.Manifests(folder);
        var workload = Workload(manifests);
        var labels = workload.Map("spec/template/metadata/labels");
        Assert.Equal(labels, workload.Map("spec/selector/matchLabels"));
        Assert.Equal(labels, manifests.Of("Service").Map("spec/selector"));
        var pod = workload.At("spec/template/spec")!;
        var container = pod.At("containers/0")!;
        Assert.Contains(container.Text("envFrom/0/configMapRef/name"), manifests.Where(manifest => manifest.Text("kind") == "ConfigMap").Select(manifest => manifest.Text("metadata/name")));
        var volumes = pod.List("volumes").Concat(workload.List("spec/volumeClaimTemplates").Select(claim => claim.At("metadata")!)).Select(volume => volume.Text("name")).ToList();
        var mounts = container.List("volumeMounts").ToDictionary(mount => mount.Text("mountPath"), mount => mount);
        Assert.All(mounts.Values, mount => Assert.Contains(mount.Text("name"), volumes));
        Assert.Equal(manifests.Of("PersistentVolumeClaim").Text("metadata/name"), pod.Text("volumes/0/persistentVolumeClaim/claimName"));

        // What the settings name is mounted: models to be read, events to be written.
        var settings = manifests.Of("ConfigMap").Map("data");
        Assert.Equal("true", mounts[settings["METAEMBED_MODEL"]].Text("readOnly"));
        Assert.Equal(folder == "kubernetes-events", settings.TryGetValue("METAEMBED_EVENTS", out var events));
        if (events is not null)
            Assert.Null(mounts[events].At("readOnly"));
        Assert.Equal("metaembed-keys", container.Text("env/0/valueFrom/secretKeyRef/name"));
        Assert.Equal(settings["METAEMBED_CONCURRENCY"], container.Text("resources/requests/cpu"));

        // Without rights, as the user of the image, with nothing to write on.
        Assert.Equal("true", pod.Text("securityContext/runAsNonRoot"));
        Assert.Contains($"\nUSER {pod.Text("securityContext/runAsUser")}\n", DeployFiles.Dockerfile, StringComparison.Ordinal);
        Assert.Equal("true", container.Text("securityContext/readOnlyRootFilesystem"));
        Assert.Equal("false", container.Text("securityContext/allowPrivilegeEscalation"));
        Assert.Equal("ALL", container.Text("securityContext/capabilities/drop/0"));

        var listed = manifests.Of("Kustomization").List("resources").Select(file => ((YamlScalarNode)file).Value!).Append("kustomization.yaml").Order();
        Assert.Equal(Directory.GetFiles(Path.Combine(DeployFiles.Folder, folder)).Select(file => Path.GetFileName(file)).Order(), listed);
    }

    [Fact]
    public void Replicas_are_replaced_without_a_gap_and_scale_with_the_processor()
    {
        var manifests = DeployFiles.Manifests("kubernetes");
        var deployment = manifests.Of("Deployment");
        Assert.Equal(0, deployment.Number("spec/strategy/rollingUpdate/maxUnavailable"));
        Assert.Null(deployment.At("spec/replicas"));
        Assert.Equal(deployment.Map("spec/selector/matchLabels"), manifests.Of("PodDisruptionBudget").Map("spec/selector/matchLabels"));
        var scaler = manifests.Of("HorizontalPodAutoscaler");
        Assert.Equal("Deployment", scaler.Text("spec/scaleTargetRef/kind"));
        Assert.Equal(deployment.Text("metadata/name"), scaler.Text("spec/scaleTargetRef/name"));
        Assert.Equal("cpu", scaler.Text("spec/metrics/0/resource/name"));
        Assert.True(scaler.Number("spec/minReplicas") >= 2);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Kustomize_reads_the_manifests(string folder)
    {
        Programs.Require("kubectl");
        var said = Programs.Run("kubectl", "kustomize", Path.Combine(DeployFiles.Folder, folder)).Output;
        Assert.Equal(DeployFiles.Manifests(folder).Count - 1, said.Split('\n').Count(line => line.StartsWith("kind: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Systemd_takes_the_unit_and_finds_it_little_exposed()
    {
        Programs.Require("systemd-analyze");
        var unit = DeployFiles.UnitLines();
        Assert.Equal("/usr/local/bin/metaembed-server", unit["ExecStart"].Single());
        Assert.StartsWith($"/var/lib/{unit["StateDirectory"].Single().Split(' ')[0]}/", DeployFiles.UnitVariables()["METAEMBED_EVENTS"], StringComparison.Ordinal);
        var folder = Directory.CreateTempSubdirectory("metaembed-unit-");
        try
        {
            // The program need not be installed here.
            var copy = Path.Combine(folder.FullName, "metaembed.service");
            File.WriteAllText(copy, DeployFiles.Unit.Replace(unit["ExecStart"].Single(), "/bin/true", StringComparison.Ordinal));
            Assert.Equal(("", ""), Programs.Run("systemd-analyze", "verify", copy));
            Programs.Run("systemd-analyze", "security", "--offline=true", "--threshold=20", copy);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_image_builds_and_serves()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "an image of Linux, built where the host is one");
        Programs.Require("docker");
        Assert.SkipUnless(Programs.Try("docker", "info").Code == 0, "no Docker daemon answers");
        foreach (var image in DeployFiles.BaseImages())
            Assert.SkipUnless(Programs.Try("docker", "pull", "--quiet", image).Code == 0, $"{image} cannot be fetched");
        const string tag = "metaembed-server:test";
        Programs.Run("docker", "build", "--quiet", "-f", Path.Combine(DeployFiles.Folder, "Dockerfile"), "-t", tag, ".");
        var models = Directory.CreateTempSubdirectory("metaembed-image-");
        var container = "";
        try
        {
            Programs.Run("chmod", "755", models.FullName); // the image's user is another one
            SmallModel.Write(Path.Combine(models.FullName, "small.metaembed"));
            container = Programs.Run("docker", "run", "--detach", "--read-only", "--publish", "127.0.0.1::8080", "--volume", $"{models.FullName}:/models:ro", tag).Output.Trim();
            var at = Programs.Run("docker", "port", container, "8080/tcp").Output.Trim();
            using var client = new HttpClient { BaseAddress = new Uri($"http://{at}") };
            for (var patience = 0; patience < 100 && !await Ready(client); patience++)
                await Task.Delay(100, TestContext.Current.CancellationToken);
            using var answered = await client.PostAsync("/v1/recommend", new StringContent("""{"user":"user 3","k":7}""", new MediaTypeHeaderValue("application/json")), TestContext.Current.CancellationToken);
            Assert.All((await Answer.Of(answered)).Ids, id => Assert.Equal(3, SmallModel.GroupOf(id)));
            Programs.Run("docker", "stop", container);
            Assert.Equal("0", Programs.Run("docker", "inspect", "--format", "{{.State.ExitCode}}", container).Output.Trim());
        }
        finally
        {
            if (container.Length > 0)
                Programs.Try("docker", "rm", "--force", container);
            models.Delete(recursive: true);
        }
    }

    private static async Task<bool> Ready(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/readyz", TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static YamlMappingNode Workload(IReadOnlyList<YamlMappingNode> manifests) =>
        manifests.Single(manifest => manifest.Text("kind") is "Deployment" or "StatefulSet");

    private static void Taken(KeyValuePair<string, string> variable)
    {
        if (OtherVariables.Contains(variable.Key))
            return;
        var setting = ServingSettings.All.Single(setting => setting.Variable == variable.Key);
        Assert.True(setting.Write(new ServingOptions(), variable.Value), $"{variable.Key}={variable.Value}");
    }

    [GeneratedRegex(@"\bMETAEMBED_[A-Z_]*[A-Z]\b")]
    private static partial Regex VariableName();

    [GeneratedRegex(@"(?<=[\s'])--([a-z][a-z-]+)")]
    private static partial Regex OptionName();
}
