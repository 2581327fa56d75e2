package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/crd"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objects"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/podstandard"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// ManifestToken is the type of the component [Manifest].
const ManifestToken = "ashlar-kubernetes:manifest:Manifest"

// Manifest is a set of objects that are child resources: CustomResourceDefinitions and namespaces, what pods use, pods,
// webhooks, and custom resources of the set. Each group is created when the previous one is ready, and deleted before it.
type Manifest struct {
	pulumi.ResourceState
	component.Base

	// Objects are the objects as kind/name, or kind/namespace/name where the manifest has a namespace.
	Objects pulumi.StringArrayOutput `pulumi:"objects"`
}

// ManifestArgs are the arguments of a [Manifest]. At least one of Path and Objects is required. They are validated before
// the deployment.
type ManifestArgs struct {
	// Path is the path of a YAML or JSON file, of a folder with such files, whose subfolders are included, or of a folder
	// with a kustomization, which is built without plugins. A change of the content
	// updates the objects. Default: none.
	Path string `pulumi:"path,optional" config:"path"`
	// Objects lists objects. A change updates them. Default: none.
	Objects []map[string]any `pulumi:"objects,optional"`
	// Namespace is the namespace of objects that belong to one and have none. Default: that of the provider. A change
	// replaces the objects.
	Namespace pulumi.StringInput `pulumi:"namespace,optional"`
	// CRDs is what happens to CustomResourceDefinitions: keep creates or takes them over, and keeps them when they are
	// destroyed, because Kubernetes deletes the custom resources with them; delete also deletes them; skip does not create
	// them. A change to skip deletes those that are not kept.
	CRDs crd.Policy `pulumi:"crds,optional" jsonschema:"enum=keep,enum=delete,enum=skip,default=keep"`
	// PodSecurity is the Pod Security Standard that the pods must meet: that of the namespace.
	PodSecurity namespace.PodSecurityLevel `pulumi:"podSecurity,optional" jsonschema:"enum=restricted,enum=baseline,enum=privileged,default=restricted"`
	// SkipAwait does not wait until the objects are ready. Default: false.
	SkipAwait bool `pulumi:"skipAwait,optional"`
	// Adopt manages objects that exist already, and keeps them when they are destroyed. Without it, an object that exists
	// is an error. Default: false. A change updates the objects.
	Adopt bool `pulumi:"adopt,optional"`
}

var _ config.Validator = (*ManifestArgs)(nil)

// standardVersion is the version of Kubernetes that defines the Pod Security Standards, as in a namespace.
const standardVersion = "1.33"

// Validate implements config.Validator: it reads the objects.
func (a *ManifestArgs) Validate(report *config.Report) {
	if a.Namespace != nil {
		apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	}
	if a.Path == "" && len(a.Objects) == 0 {
		report.Add(nil, "no objects: set path or objects")
		return
	}
	all, at, err := a.read()
	if err != nil {
		report.Add(at, "%v", err)
		return
	}
	problems, err := podstandard.Check(string(cmp.Or(a.PodSecurity, namespace.PodSecurityRestricted)), standardVersion, all)
	if err != nil {
		report.Add([]string{"podSecurity"}, "%v", err)
	}
	for _, problem := range problems {
		report.Add([]string{"podSecurity"}, "%s: change the manifest, or set podSecurity to %s", problem.Message, problem.Passes)
	}
}

// read returns the objects. An error is about the option at the returned path.
func (a *ManifestArgs) read() (all []objects.Object, at []string, err error) {
	if a.Path != "" {
		if all, err = readPath(a.Path); err != nil {
			return nil, []string{"path"}, err
		}
		if len(all) == 0 {
			return nil, []string{"path"}, errors.New("no objects: use a file or folder with manifests")
		}
	}
	for i, content := range a.Objects {
		found, err := objects.New("objects", content)
		if err != nil {
			return nil, []string{"objects", fmt.Sprint(i)}, err
		}
		all = append(all, found...)
	}
	return all, []string{"objects"}, objects.CheckDistinct(all)
}

// readPath returns the objects of a file, a folder or a kustomization.
func readPath(path string) ([]objects.Object, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("no such file or folder: %s", path)
	case err != nil:
		return nil, err
	case !info.IsDir():
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return objects.Parse(filepath.Base(path), string(data))
	}
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		if _, err := os.Stat(filepath.Join(path, name)); err == nil {
			return kustomize(path)
		}
	}
	var out []objects.Object
	folder := os.DirFS(path)
	err = fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !slices.Contains([]string{".json", ".yaml", ".yml"}, filepath.Ext(name)) {
			return err
		}
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		found, err := objects.Parse(name, string(data))
		out = append(out, found...)
		return err
	})
	return out, err
}

// kustomize returns the objects of a kustomization.
func kustomize(path string) ([]objects.Object, error) {
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), path)
	if err != nil {
		return nil, fmt.Errorf("build the kustomization: %w", err)
	}
	text, err := built.AsYaml()
	if err != nil {
		return nil, fmt.Errorf("build the kustomization: %w", err)
	}
	return objects.Parse("kustomization", string(text))
}

// NewManifest creates the objects of a manifest.
func NewManifest(ctx *pulumi.Context, name string, args *ManifestArgs, opts ...pulumi.ResourceOption) (*Manifest, error) {
	m := &Manifest{}
	args, err := component.Register(ctx, ManifestToken, name, m, args, opts...)
	if err != nil {
		return nil, err
	}
	all, _, err := args.read()
	if err != nil {
		return nil, failure.Wrap(failure.Configuration, "read", fmt.Sprintf("manifest %q", name), err)
	}
	err = objects.Register(ctx, m, name, objects.Waves(all, nil, nil), objects.Options{
		Namespace: args.Namespace, CRDs: args.CRDs, Adopt: args.Adopt, SkipAwait: args.SkipAwait,
	})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, o := range all {
		id := o.GetKind() + "/" + o.GetName()
		if ns := o.GetNamespace(); ns != "" {
			id = o.GetKind() + "/" + ns + "/" + o.GetName()
		}
		names = append(names, id)
	}
	slices.Sort(names)
	m.Objects = pulumi.ToStringArray(names).ToStringArrayOutput()
	return component.Finish(ctx, m)
}
