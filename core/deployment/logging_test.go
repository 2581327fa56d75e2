package deployment_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/deployment"
)

func TestRunLogsToAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "log.json")
	talk := func(name string) deployment.Module {
		return deployment.NewModule(name, nil, func(ctx *deployment.Context, _ *settings) error {
			ctx.Redact("hunter-2")
			ctx.Logger().Debug("detail of " + name)
			ctx.Logger().Info("uses hunter-2")
			return nil
		})
	}
	sections := switchedOn("one", "two")
	sections["logging"] = `{"file":"` + file + `","modules":{"one":"debug"}}`
	_, err := run(t, sections, talk("one"), talk("two"))
	require.NoError(t, err)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), `"msg":"detail of one","module":"one"`)
	require.NotContains(t, string(text), "detail of two")
	require.Contains(t, string(text), `"msg":"uses [secret]","module":"two"`)
	require.NotContains(t, string(text), "hunter-2")
}

func TestRunRejectsLevelsOfUnknownModules(t *testing.T) {
	t.Parallel()
	var names []string
	_, err := run(t, map[string]string{"logging": `{"modules":{"onne":"debug"}}`}, module("one", &names, nil))
	require.ErrorContains(t, err, `logging.modules.onne: unknown module "onne", did you mean "one"?`)
	_, err = run(t, map[string]string{"logging": `{"file":"/none/log"}`, "one": `{"enabled":true}`}, module("one", &names, nil))
	require.ErrorContains(t, err, "open logging.file /none/log")
}
