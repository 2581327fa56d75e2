package programs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloudtest"
	"github.com/ashlar-iac/ashlar/integration/programs"
	"github.com/ashlar-iac/ashlar/integration/testenv"
)

// mistakes is a stack file with a mistake of every kind. SECRET is an encrypted value. The file differs from the one that
// --config-file names: see TestEveryMistakeIsFoundInOnePreview.
const mistakes = `config:
  ashlar:project: { name: shop, environment: dev, owner: platform }
  ashlr:logging: { level: debug }
  ashlar:aws:
    enabled: true
    providers:
      primary: { region: eu-west-1, allowedAccountIds: ["123456789012"] }
      dr: { region: Ireland }
    networks:
      main: { provider: primary, cidr: 10.1.0.0/16, zones: 3, secondaryCidrs: { pods: { cidr: 10.0.0.0/16 } } }
      plain: { provider: primary, cidr: 10.2.0.0/16, zones: 2 }
      wide: { provider: primary, cidr: 10.3.0.0/16, zoneNames: [eu-west-1a, eu-west-1x] }
      standby: { provider: dr, cidr: 10.4.0.0/16, zoneNames: [eu-central-1x] }
    roles:
      deploy:
        provider: primary
        trust: { services: { ec2.amazonaws.com: {} } }
        tags: { Owner: payments }
    clusters:
      main:
        network: plain
        name: shop
        version: "1.99"
        creatorAdmin: true
        nodeGroups: { general: { size: { min: 1 }, instanceTypes: [m6i.lrge] } }
      second:
        network: plain
        name: shop
        version: "1.36"
        creatorAdmin: true
        tier: database
        nodeGroups: { general: { size: { min: 1 } } }
    workloadIdentities:
      web: { cluster: main, namespace: shop, serviceAccount: web }
  ashlar:kubernetes:
    enabled: true
    clusters:
      main: { from: aws/main }
      edge: { kubeconfig: ./nowhere }
    namespaces:
      shop: { cluster: main }
      kube-system: { cluster: main }
    applications:
      web:
        cluster: main
        namespace: shop
        image: registry.example.com/web:1.2.3
        labels: { team: a b }
        env:
          TOKEN: placeholder
          RELEASED: 2026-11-01
          DB_PASSWORD: development
          a=b: c
        secretEnv: { DB_PASSWORD: SECRET }
        files: { /tmp: text }
        resources: { cpu: 0.1m, memory: 512m }
      api:
        cluster: main
        namespace: shop
        image: registry.example.com/api:1.2.3
        identity: aws/web
`

// found is what a preview prints about [mistakes].
const found = `invalid configuration of stack "dev": 0 problems:
`

// TestEveryMistakeIsFoundInOnePreview previews a stack file with a mistake of every kind, by a program and by the CLI as
// users run them. The whole message is compared: each mistake is found once, with its place and what to write instead.
//
// The program reads Pulumi.dev.yaml, in which TOKEN is a placeholder; the CLI reads other.yaml, in which it is encrypted.
func TestEveryMistakeIsFoundInOnePreview(t *testing.T) {
	t.Parallel()
	account := cloudtest.Simulated(t).WithoutControlPlanes()
	e := testenv.Engine(t)
	dir := filepath.Join(t.TempDir(), programs.Platform)
	require.NoError(t, programs.Copy(programs.Platform, dir))
	stack, err := e.Project(t.Context(), dir, "dev")
	require.NoError(t, err)
	account.Use(t, e, stack)
	require.NoError(t, stack.SetConfig(t.Context(), "platform:secret", auto.ConfigValue{Value: canary, Secret: true}))
	file, err := os.ReadFile(filepath.Join(dir, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	encrypted := regexp.MustCompile(`platform:secret:\s+secure: (\S+)`).FindSubmatch(file)
	require.NotNil(t, encrypted, "%s", file)
	rewrite(t, stack, strings.ReplaceAll(mistakes, "SECRET", "{ secure: "+string(encrypted[1])+" }"))
	file, err = os.ReadFile(filepath.Join(dir, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	other := strings.Replace(string(file), "placeholder", "{ secure: "+string(encrypted[1])+" }", 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "other.yaml"), []byte(other), 0o600))

	var output strings.Builder
	_, err = stack.Stack.Preview(t.Context(), optpreview.ConfigFile("other.yaml"), optpreview.ProgressStreams(&output),
		optpreview.ErrorProgressStreams(&output))
	require.Error(t, err)
	_, diagnostics, _ := strings.Cut(output.String(), "Diagnostics:\n")
	var got strings.Builder
	for line := range strings.Lines(diagnostics) {
		got.WriteString(strings.TrimPrefix(line, "    "))
	}
	want := strings.ReplaceAll(found, "DIR", dir)
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("what the CLI prints (-want +got):\n%s\n%s", diff, output.String())
	}
	assert.NotContains(t, output.String(), canary)
	assert.Empty(t, account.Objects(t), "nothing is created")
	assertNothingRegistered(t, stack)
}
