package chart

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	helm "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Chart is a chart that was read completely. It is safe for concurrent use.
type Chart struct {
	// files are the content. Rendering changes a loaded chart, so each one loads it again.
	files []*archive.BufferedFile
	meta  *helm.Metadata
}

// Source is where a chart is from: a folder or an archive on this computer, an OCI registry, or a repository.
type Source struct {
	// Path is the path of a folder or of an archive. It excludes the other fields.
	Path string
	// Chart is the name of a chart in Repository, or its address in an OCI registry, such as
	// oci://registry.example.com/charts/web.
	Chart string
	// Repository is the URL of a repository, which has a file index.yaml.
	Repository string
	// Version is the exact version.
	Version string
	// Digest is the SHA-256 digest of the archive in a repository, or of the manifest in an OCI registry. Optional.
	Digest string
}

// String describes a source in messages.
func (s Source) String() string {
	switch {
	case s.Path != "":
		return s.Path
	case s.Repository != "":
		return fmt.Sprintf("chart %s %s of %s", s.Chart, s.Version, s.Repository)
	}
	return fmt.Sprintf("chart %s %s", s.Chart, s.Version)
}

// IsOCI reports whether the address of a chart is in an OCI registry.
func IsOCI(chart string) bool { return strings.HasPrefix(chart, ociScheme) }

// fieldError is a problem with one field of a source.
type fieldError struct {
	error
	field string
}

// Field returns the field of a source that the error of [Load] is about: version, digest, repository or chart. It is
// empty when the error is about none.
func Field(err error) string {
	var found fieldError
	if errors.As(err, &found) {
		return found.field
	}
	return ""
}

// Load reads a chart. Downloads are limited in time and size, and cached by their digest. Errors are of the class
// failure.Configuration.
func Load(ctx context.Context, s Source) (*Chart, error) {
	c, err := load(ctx, s)
	if err != nil {
		return nil, failure.Wrap(failure.Configuration, "load", s.String(), err)
	}
	return c, nil
}

func load(ctx context.Context, s Source) (*Chart, error) {
	if s.Path == "" {
		data, err := download(ctx, s)
		if err != nil {
			return nil, err
		}
		return fromArchive(data)
	}
	if _, err := os.Stat(s.Path); errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("no such file or folder")
	}
	loaded, err := loader.Load(s.Path)
	if err != nil {
		return nil, err
	}
	files := make([]*archive.BufferedFile, len(loaded.Raw))
	for i, f := range loaded.Raw {
		files[i] = &archive.BufferedFile{Name: f.Name, Data: f.Data}
	}
	return fromFiles(files)
}

func fromArchive(data []byte) (*Chart, error) {
	files, err := archive.LoadArchiveFiles(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read the archive: %w", err)
	}
	return fromFiles(files)
}

// LoadFS reads a chart from a folder, such as one that is embedded in the program.
func LoadFS(folder fs.FS) (*Chart, error) {
	var files []*archive.BufferedFile
	err := fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(folder, path)
		if err != nil {
			return err
		}
		files = append(files, &archive.BufferedFile{Name: path, Data: bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return fromFiles(files)
}

func fromFiles(files []*archive.BufferedFile) (*Chart, error) {
	c := &Chart{files: files}
	loaded, err := c.load()
	if err != nil {
		return nil, err
	}
	c.meta = loaded.Metadata
	if c.meta.Type == "library" {
		return nil, errors.New("it is a library chart, which has no objects: use a chart that depends on it")
	}
	return c, checkDependencies(loaded)
}

// load returns the chart of Helm.
func (c *Chart) load() (*helm.Chart, error) {
	files := make([]*archive.BufferedFile, len(c.files))
	for i, f := range c.files {
		// The loader changes the names.
		own := *f
		files[i] = &own
	}
	return loader.LoadFiles(files)
}

// checkDependencies reports dependencies that the folder charts does not have.
func checkDependencies(c *helm.Chart) error {
	var missing []string
	for _, wanted := range c.Metadata.Dependencies {
		found := false
		for _, dependency := range c.Dependencies() {
			found = found || dependency.Name() == wanted.Name && chartutil.IsCompatibleRange(wanted.Version, dependency.Metadata.Version)
		}
		if !found {
			missing = append(missing, wanted.Name+" "+wanted.Version)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("its folder charts lacks %s: run helm dependency build", strings.Join(missing, ", "))
	}
	return nil
}

// Name returns the name of the chart.
func (c *Chart) Name() string { return c.meta.Name }

// Version returns the version of the chart.
func (c *Chart) Version() string { return c.meta.Version }

// AppVersion returns the version of the application in the chart.
func (c *Chart) AppVersion() string { return c.meta.AppVersion }

// KubeVersion returns the versions of Kubernetes that the chart supports, such as ">=1.29.0-0", or "".
func (c *Chart) KubeVersion() string { return c.meta.KubeVersion }

// Supports reports whether the chart supports a version of Kubernetes.
func (c *Chart) Supports(kubernetes string) bool {
	return c.meta.KubeVersion == "" || chartutil.IsCompatibleRange(c.meta.KubeVersion, kubernetes)
}

// SecurityValues returns the paths of the values of the chart whose names say that they are security contexts.
func (c *Chart) SecurityValues() []string {
	loaded, err := c.load()
	if err != nil {
		return nil
	}
	var out []string
	var find func(values map[string]any, at string)
	find = func(values map[string]any, at string) {
		for key, value := range values {
			below, _ := value.(map[string]any)
			if strings.HasSuffix(strings.ToLower(key), "securitycontext") {
				out = append(out, at+key)
			} else {
				find(below, at+key+".")
			}
		}
	}
	find(loaded.Values, "")
	slices.Sort(out)
	return out
}
