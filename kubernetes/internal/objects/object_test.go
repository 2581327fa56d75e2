package objects_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/kubernetes/internal/objects"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, text string
		want         []string
		err          string
	}{
		"Empty": {reason: "comments alone have no objects", text: "---\n# nothing\n---\n"},
		"Documents": {
			reason: "each document is an object, JSON as well",
			text: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n" +
				`{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "b", "namespace": "team"}}`,
			want: []string{`ConfigMap "a"`, `Secret "b" in namespace "team"`},
		},
		"List": {
			reason: "elements of lists are objects",
			text:   "apiVersion: v1\nkind: ConfigMapList\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]",
			want:   []string{`ConfigMap "a"`},
		},
		"Name": {
			reason: "a generated name is another one each time", text: "apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}",
			err: "read file, document 1: a Pod has no name: set metadata.name",
		},
		"Kind": {
			reason: "no type", text: "---\nmetadata: {name: a}",
			err: "read file, document 1: an object has no apiVersion or no kind: set both",
		},
		"Text": {
			reason: "another file", text: "hello",
			err: "read file, document 1: expected an object with apiVersion and kind",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all, err := objects.Parse("file", tc.text)
			if tc.err != "" {
				require.EqualError(t, err, tc.err, tc.reason)
				return
			}
			require.NoError(t, err, tc.reason)
			var got []string
			for _, o := range all {
				got = append(got, o.String())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestContentIsThatOfTheAPIServer(t *testing.T) {
	t.Parallel()
	all, err := objects.Parse("file", `
apiVersion: v1
kind: Secret
metadata: {name: a, creationTimestamp: null, labels: {}}
stringData: {text: hello}
data: {other: eA==}
status: {ready: true}
size: 3
ratio: 0.5
`)
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "a", "labels": map[string]any{}},
		"data": map[string]any{"text": "aGVsbG8=", "other": "eA=="}, "size": int64(3), "ratio": 0.5,
	}, all[0].Object)
}

func TestWaves(t *testing.T) {
	t.Parallel()
	text := func(apiVersion, kind, name string) string {
		return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + "}\n"
	}
	parse := func(texts ...string) (out []objects.Object) {
		for _, one := range texts {
			found, err := objects.Parse("file", one)
			require.NoError(t, err)
			out = append(out, found...)
		}
		return out
	}
	definition := text("apiextensions.k8s.io/v1", "CustomResourceDefinition", "own") +
		"spec: {group: example.com, names: {kind: Own}}\n"
	all := parse(
		text("example.com/v1", "Own", "custom"),
		text("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "hook"),
		text("apps/v1", "Deployment", "web"),
		text("cert-manager.io/v1", "Certificate", "web"),
		text("v1", "ConfigMap", "web"),
		text("v1", "Namespace", "team"),
		definition,
	)
	var got [][]string
	for _, wave := range objects.Waves(all, parse(text("batch/v1", "Job", "before")), parse(text("batch/v1", "Job", "after"))) {
		var names []string
		for _, o := range wave {
			names = append(names, o.GetKind()+" "+o.GetName())
		}
		got = append(got, names)
	}
	require.Equal(t, [][]string{
		{"Namespace team", "CustomResourceDefinition own"},
		{"Job before"},
		{"Certificate web", "ConfigMap web"},
		{"Deployment web"},
		{"ValidatingWebhookConfiguration hook"},
		{"Own custom"},
		{"Job after"},
	}, got)
}
