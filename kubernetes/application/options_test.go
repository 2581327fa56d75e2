package application_test

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// An application repeats the options of its children, so that arguments and stack files are flat. The options stay the
// same.
func TestOptionsAreThoseOfTheChildren(t *testing.T) {
	t.Parallel()
	own, deployment := fieldsOf(t, ".", "ApplicationArgs"), fieldsOf(t, "../workload", "DeploymentArgs")
	require.Equal(t, fieldsOf(t, "../workload", "StatefulSetArgs")["Claims"], own["Claims"])
	// These mean something else, or do more, than the option of the Deployment.
	for _, name := range []string{"Namespace", "Name", "Probes", "PreStop", "Replicas", "SecretEnv", "Files", "Labels"} {
		require.Contains(t, own, name)
		require.Contains(t, deployment, name)
		delete(deployment, name)
	}
	service := fieldsOf(t, "../network", "ServiceArgs")
	// The target is a port of the application.
	delete(service, "Port")
	delete(service, "Ports")
	for name, repeated := range map[string]struct{ own, child map[string]field }{
		"Deployment": {own, deployment},
		"Service":    {fieldsOf(t, ".", "Service"), service},
		"Isolation":  {fieldsOf(t, ".", "Network"), fieldsOf(t, "../network", "IsolationArgs")},
	} {
		shared := 0
		for option, want := range repeated.child {
			got, ok := repeated.own[option]
			if !ok {
				continue
			}
			shared++
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("option %s of the %s (-child +application):\n%s", option, name, diff)
			}
		}
		require.GreaterOrEqual(t, shared, 2, name)
	}
}

// field is the declaration of a field.
type field struct{ Type, Tag, Doc string }

// fieldsOf returns the fields of a struct in the Go files of a folder.
func fieldsOf(t *testing.T, dir, typeName string) map[string]field {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	out := map[string]field{}
	set := token.NewFileSet()
	for _, path := range files {
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || spec.Name.Name != typeName {
				return true
			}
			for _, f := range spec.Type.(*ast.StructType).Fields.List {
				var text strings.Builder
				require.NoError(t, printer.Fprint(&text, set, f.Type))
				// The package of a type is the same, whether or not it is named.
				kind := strings.NewReplacer("workload.", "", "network.", "").Replace(text.String())
				for _, name := range f.Names {
					doc := strings.Join(strings.Fields(f.Doc.Text()), " ")
					tag := ""
					if f.Tag != nil {
						tag = f.Tag.Value
					}
					out[name.Name] = field{kind, tag, doc}
				}
			}
			return false
		})
	}
	require.NotEmpty(t, out, "%s in %s", typeName, dir)
	return out
}

// Every option that an application shares with a child reaches it.
func TestOptionsReachTheChildren(t *testing.T) {
	t.Parallel()
	args := everything()
	args.AllowLatest, args.Adopt, args.Command, args.Args = true, true, []string{"/bin/web"}, []string{"--verbose"}
	args.Metrics = nil // It adds a peer.
	r := run(t, args)
	app := r.One(t, application.ApplicationToken).Inputs
	for child, given := range map[string]resource.PropertyMap{
		workload.DeploymentToken: app,
		network.ServiceToken:     app["service"].ObjectValue(),
		network.IsolationToken:   app["network"].ObjectValue(),
	} {
		for key, value := range r.One(t, child).Inputs {
			if key == "secretEnv" || key == "files" {
				continue // Names of other children.
			}
			if want, ok := given[key]; ok {
				require.Equal(t, want, value, "%s of %s", key, child)
			}
		}
	}
	deployment, shared := r.One(t, workload.DeploymentToken).Inputs, fieldsOf(t, "../workload", "DeploymentArgs")
	for name, f := range fieldsOf(t, ".", "ApplicationArgs") {
		if _, ok := shared[name]; ok {
			key, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag, "`")).Get("pulumi"), ",")
			require.Contains(t, deployment, resource.PropertyKey(key), "this test sets every option")
		}
	}
}
