package chart

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"
)

const (
	ociScheme = "oci://"
	// archiveType is the media type of the archive of a chart. Source: "Helm OCI MediaTypes", Helm documentation.
	archiveType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
	// manifestType is the media type of a manifest.
	manifestType    = "application/vnd.oci.image.manifest.v1+json"
	maxManifestSize = 4 << 20
)

// fromRegistry downloads a chart of an OCI registry. It uses the credentials of docker login.
func fromRegistry(ctx context.Context, s Source) ([]byte, error) {
	repository, err := remote.NewRepository(strings.TrimPrefix(s.Chart, ociScheme))
	if err != nil {
		return nil, err
	}
	host, _, _ := strings.Cut(repository.Reference.Registry, ":")
	repository.PlainHTTP = isLoopback(host)
	authorized := &auth.Client{Client: &http.Client{Timeout: attemptTimeout}, Cache: auth.NewCache()}
	if stored, err := credentials.NewStoreFromDocker(credentials.StoreOptions{}); err == nil {
		authorized.Credential = credentials.Credential(stored)
	}
	repository.Client = authorized
	manifest, err := manifestOf(ctx, repository, s)
	if err != nil {
		return nil, err
	}
	for _, layer := range manifest.Layers {
		if layer.MediaType != archiveType {
			continue
		}
		if layer.Size > maxChartSize {
			return nil, fmt.Errorf("larger than the maximum of %d bytes", maxChartSize)
		}
		return blob(hexDigest(layer.Digest.String()), func() ([]byte, error) {
			return content.FetchAll(ctx, repository, layer)
		})
	}
	return nil, errors.New("it is not a chart")
}

// manifestOf returns the manifest of a version, or of a digest.
func manifestOf(ctx context.Context, repository *remote.Repository, s Source) (*ocispec.Manifest, error) {
	reference := s.Digest
	if reference == "" {
		// Tags cannot contain a plus sign. Source: "Use OCI-based registries", Helm documentation.
		reference = strings.ReplaceAll(s.Version, "+", "_")
	}
	data, err := blob(hexDigest(s.Digest), func() ([]byte, error) {
		found, err := repository.Resolve(ctx, reference)
		if err != nil {
			return nil, unresolved(ctx, repository, s, err)
		}
		if found.Size > maxManifestSize || found.MediaType != manifestType {
			return nil, errors.New("it is not a chart")
		}
		return content.FetchAll(ctx, repository, found)
	})
	if err != nil {
		return nil, err
	}
	out := &ocispec.Manifest{}
	return out, json.Unmarshal(data, out)
}

// unresolved returns the error of a reference that does not resolve.
func unresolved(ctx context.Context, repository *remote.Repository, s Source, err error) error {
	if !errors.Is(err, errdef.ErrNotFound) || s.Digest != "" {
		return err
	}
	var tags []string
	if listed := repository.Tags(ctx, "", func(page []string) error { tags = append(tags, page...); return nil }); listed != nil {
		return err
	}
	for i := range tags {
		tags[i] = strings.ReplaceAll(tags[i], "_", "+")
	}
	return noVersion(s.Version, tags)
}
