package logging_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/slogtest"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/logging"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestModulesHaveLevels(t *testing.T) {
	t.Parallel()
	r := &recorder{}
	m, err := logging.NewManager(r, logging.Configuration{Level: "warn", Modules: map[string]logging.Level{"aws": "debug", "azure": "error"}})
	require.NoError(t, err)
	for _, l := range []*slog.Logger{m.Logger(), m.Module("aws"), m.Module("azure"), m.Module("kubernetes")} {
		l.Debug("d")
		l.Warn("w")
	}
	require.Equal(t, []string{"warn|w|false", "debug|d module=aws|false", "warn|w module=aws|false", "warn|w module=kubernetes|false"}, r.lines)
	require.NoError(t, m.Close())
}

// secondSink returns a manager with a file, and what the file has.
func secondSink(t *testing.T, c logging.Configuration) (m *logging.Manager, engine *recorder, lines func() string) {
	t.Helper()
	c.File = filepath.Join(t.TempDir(), "log.json")
	engine = &recorder{}
	m, err := logging.NewManager(engine, c)
	require.NoError(t, err)
	return m, engine, func() string {
		text, err := os.ReadFile(c.File)
		require.NoError(t, err)
		return string(text)
	}
}

func TestFileHasLinesOfJSON(t *testing.T) {
	t.Parallel()
	m, engine, lines := secondSink(t, logging.Configuration{Level: "info"})
	m.Module("aws").Info("made", "n", 3, "list", []string{"a"},
		logging.Provider(core.ProviderInfo{Module: "aws", Name: "primary", Region: "eu-west-1", Account: "111122223333", Cluster: "main"}),
		logging.Provider(core.ProviderInfo{Module: "aws", Name: "dr"}), logging.Resource(&pulumi.ResourceState{}))
	m.Logger().Debug("dropped")
	require.NoError(t, m.Close())
	var record map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines()), &record), "one line")
	delete(record, "time")
	require.Equal(t, map[string]any{
		"level": "INFO", "msg": "made", "module": "aws", "n": 3.0, "list": []any{"a"},
		"provider": map[string]any{"name": "aws/dr"},
		"resource": map[string]any{"name": "", "type": ""},
	}, record)
	require.Equal(t, []string{`info|made module=aws n=3 list="[\"a\"]" provider.name=aws/primary provider.region=eu-west-1 ` +
		`provider.account=111122223333 provider.cluster=main provider.name=aws/dr|true`}, engine.lines)
}

func TestFileNamesTheResource(t *testing.T) {
	t.Parallel()
	m, _, lines := secondSink(t, logging.Configuration{})
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		r := &pulumi.CustomResourceState{}
		if err := ctx.RegisterResource("aws:s3/bucket:Bucket", "logs", pulumi.Map{}, r); err != nil {
			return err
		}
		m.Logger().With(logging.Resource(r)).Info("made")
		return nil
	})
	require.NoError(t, m.Close())
	require.Contains(t, lines(), `"resource":{"name":"logs","type":"aws:s3/bucket:Bucket"}`)
}

func TestFileIsAppendedTo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "log.json")
	for range 2 {
		m, err := logging.NewManager(&recorder{}, logging.Configuration{File: file})
		require.NoError(t, err)
		m.Logger().Info("hello")
		require.NoError(t, m.Close())
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 2, bytes.Count(text, []byte("\n")))
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestFileErrorsAreReturnedByClose(t *testing.T) {
	t.Parallel()
	_, err := logging.NewManager(&recorder{}, logging.Configuration{File: filepath.Join(t.TempDir(), "none", "log")})
	require.ErrorIs(t, err, failure.Configuration)
	_, err = logging.NewManager(&recorder{}, logging.Configuration{Redact: []string{"("}})
	require.ErrorIs(t, err, failure.Configuration)

	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no file that is always full")
	}
	r := &recorder{}
	m, err := logging.NewManager(r, logging.Configuration{File: "/dev/full"})
	require.NoError(t, err)
	m.Logger().Info("hello")
	require.Equal(t, []string{"info|hello|false"}, r.lines, "the engine gets the record all the same")
	require.ErrorContains(t, m.Close(), "write logging.file: ")
}

func TestInvalidConfigurationIsRejected(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := config.Load(ctx, []config.Section{logging.Section()},
			config.WithValidator(logging.SectionName, logging.KnownModules([]string{"aws", "kubernetes"})))
		return err
	}, pulumitest.WithConfig(map[string]string{
		"ashlar:logging": `{"modules": {"kubernets": "debug", "aws": "trace"}, "redact": ["fine", "("]}`,
	}))
	for _, want := range []string{
		`modules.kubernets: unknown module "kubernets", did you mean "kubernetes"?`,
		`modules.aws: unknown level "trace", expected one of: debug, error, info, warn`,
		`redact[1]: invalid regular expression: `,
	} {
		require.ErrorContains(t, err, want)
	}
}

// The handler of the second sink keeps the rules of slog.
func TestFileHandlerConforms(t *testing.T) {
	t.Parallel()
	var lines func() string
	var m *logging.Manager
	slogtest.Run(t, func(t *testing.T) slog.Handler {
		t.Helper()
		m, _, lines = secondSink(t, logging.Configuration{})
		return m.Logger().Handler()
	}, func(t *testing.T) map[string]any {
		t.Helper()
		var out map[string]any
		require.NoError(t, json.Unmarshal([]byte(lines()), &out))
		return out
	})
}

func TestAttributesWithBuiltInKeysAreLogged(t *testing.T) {
	t.Parallel()
	r := &recorder{}
	slog.New(logging.NewHandler(r, nil)).Info("m", "level", 3, "msg", "x", "time", "now", "nothing", nil)
	require.Equal(t, []string{"info|m level=3 msg=x time=now nothing=<nil>|false"}, r.lines)
}

const canary = "canary-5d41402abc4b2a76"

type stringer struct{ text string }

func (s stringer) String() string { return s.text }

type marshaler struct{ text string }

func (m marshaler) MarshalJSON() ([]byte, error) { return json.Marshal(m.text) }

type valuer struct{ text string }

func (v valuer) LogValue() slog.Value { return slog.GroupValue(slog.String("deep", v.text)) }

type unmarshalable struct {
	Text string
	F    func()
}

func TestSecretsAreRedacted(t *testing.T) {
	t.Parallel()
	tests := map[string]func(l *slog.Logger, text string){
		"Message":   func(l *slog.Logger, s string) { l.Info("before " + s + " after") },
		"Value":     func(l *slog.Logger, s string) { l.Info("m", "k", "before "+s+" after") },
		"With":      func(l *slog.Logger, s string) { l.With("k", s).WithGroup("g").With("k", s).Info("m") },
		"Group":     func(l *slog.Logger, s string) { l.Info("m", slog.Group("g", slog.Group("h", "k", s))) },
		"Error":     func(l *slog.Logger, s string) { l.Info("m", "err", fmt.Errorf("failed: %w", errors.New(s))) },
		"Stringer":  func(l *slog.Logger, s string) { l.Info("m", "k", stringer{s}) },
		"Marshaler": func(l *slog.Logger, s string) { l.Info("m", "k", marshaler{s}) },
		"LogValuer": func(l *slog.Logger, s string) { l.Info("m", "k", valuer{s}) },
		"Bytes":     func(l *slog.Logger, s string) { l.Info("m", "k", []byte(s)) },
		"Map": func(l *slog.Logger, s string) {
			l.Info("m", "k", map[string]any{"x": []any{map[string]string{"y": s}}})
		},
		"MapKey": func(l *slog.Logger, s string) { l.Info("m", "k", map[string]int{s: 1}) },
		"Struct": func(l *slog.Logger, s string) {
			l.Info("m", "k", struct{ Inner struct{ Text string } }{struct{ Text string }{s}})
		},
		"Pointer":       func(l *slog.Logger, s string) { l.Info("m", "k", &struct{ Text string }{s}) },
		"Unmarshalable": func(l *slog.Logger, s string) { l.Info("m", "k", unmarshalable{s, func() {}}) },
		"Secret":        func(l *slog.Logger, s string) { l.Info("m", "k", credentials.NewSecret(s)) },
		"Output":        func(l *slog.Logger, s string) { l.Info("m", "k", pulumi.String(s).ToStringOutput()) },
	}
	for name, log := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, engine, lines := secondSink(t, logging.Configuration{})
			m.Redact("short", canary, canary+"-longer")
			log(m.Logger(), canary)
			log(m.Logger(), canary+"-longer")
			require.NoError(t, m.Close())
			require.Len(t, engine.lines, 2)
			for _, sink := range []string{strings.Join(engine.lines, "\n"), lines()} {
				require.NotContains(t, sink, canary)
				require.NotContains(t, sink, "-longer")
			}
		})
	}
}

func TestTextThatLooksLikeASecretIsRedacted(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in, want string
	}{
		"PrivateKey": {"key -----BEGIN RSA " + "PRIVATE KEY-----\nabc\n-----END RSA " + "PRIVATE KEY----- end", "key [secret] end"},
		"CutOffKey":  {"key -----BEGIN " + "PRIVATE KEY-----\nabc", "key [secret]"},
		"AWS":        {"id AKIA" + strings.Repeat("A", 16) + " end", "id [secret] end"},
		"JWT":        {"eyJ" + "hbGciOi.eyJzdWIi.c2ln end", "[secret] end"},
		"GitHub":     {"ghp_" + strings.Repeat("a", 36), "[secret]"},
		"Bearer":     {"Authorization: Bearer abcdefgh1234", "Authorization: Bearer [secret]"},
		"URL":        {"https://user:pass@example.com/x", "https://[secret]@example.com/x"},
		"Setting":    {"password=hunter2, next", "password=[secret], next"},
		"JSON":       {`{"apiKey": "abc", "n": 1}`, `{"apiKey": "[secret]", "n": 1}`},
		"Own":        {"order 4711-0815 of", "order [secret] of"},
		"Nothing":    {"the secret of a good token is its length: 12", "the secret of a good token is its length: 12"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{}
			m, err := logging.NewManager(r, logging.Configuration{Redact: []string{`(\d{4})-\d{4}`}})
			require.NoError(t, err)
			m.Logger().Info(tc.in)
			require.Equal(t, []string{"info|" + tc.want + "|false"}, r.lines)
		})
	}
}

func TestValuesOfSecretKeysAreRedacted(t *testing.T) {
	t.Parallel()
	for key, secret := range map[string]bool{
		"password": true, "dbPassword": true, "API_KEY": true, "access-key": true, "token": true, "clientSecret": true, "kubeconfig": true,
		"secretName": false, "tokenCount": false, "accessKeyId": false, "secretArn": false, "owner": false, "kubeconfigPath": false,
	} {
		r := &recorder{}
		slog.New(logging.NewHandler(r, nil)).Info("m", key, "value", "in", map[string]string{key: "value"})
		require.Equal(t, secret, !strings.Contains(r.lines[0], "value"), "%s: %s", key, r.lines[0])
		require.Equal(t, secret, strings.Count(r.lines[0], "[secret]") == 2, "%s: %s", key, r.lines[0])
	}
}

func TestRegisteredSecretsAreRedacted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[A-Za-z0-9+/=_.-]{6,40}`).Draw(t, "secret")
		around := rapid.String()
		text := around.Draw(t, "before") + secret + around.Draw(t, "after")
		r := &recorder{}
		m, err := logging.NewManager(r, logging.Configuration{})
		require.NoError(t, err)
		m.Redact(secret)
		m.Logger().Info(text, "k", text, "err", errors.New(text), "m", map[string]string{"x": text})
		const rest = "info| [secret] k= err= m=|false"
		if strings.Contains(rest, secret) {
			return
		}
		require.NotContains(t, r.lines[0], secret)
	})
}

func FuzzRedact(f *testing.F) {
	f.Add("password=x", "k", "canary-1234")
	f.Add("-----BEGIN PRIVATE KEY-----", "\x00", "://a@b")
	f.Fuzz(func(t *testing.T, message, key, value string) {
		r := &recorder{}
		m, err := logging.NewManager(r, logging.Configuration{})
		require.NoError(t, err)
		m.Redact(canary)
		m.Logger().Info(message+canary, key, value+canary, "map", map[string]string{key: canary + value})
		require.Len(t, r.lines, 1)
		require.NotContains(t, r.lines[0], canary)
	})
}

func BenchmarkRecord(b *testing.B) {
	m, err := logging.NewManager(&silent{}, logging.Configuration{})
	require.NoError(b, err)
	m.Redact(canary)
	for name, l := range map[string]*slog.Logger{"engine": m.Module("aws"), "slog": slog.New(slog.NewJSONHandler(&bytes.Buffer{}, nil))} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.Info("made", "replicas", 3, "name", "web")
			}
		})
	}
}

type silent struct{}

func (silent) Debug(string, *pulumi.LogArgs) error { return nil }
func (silent) Info(string, *pulumi.LogArgs) error  { return nil }
func (silent) Warn(string, *pulumi.LogArgs) error  { return nil }
func (silent) Error(string, *pulumi.LogArgs) error { return nil }
