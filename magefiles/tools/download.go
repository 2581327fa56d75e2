package tools

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// parallelDownloads is the maximum number of downloads at the same time.
const parallelDownloads = 4

// download is a download of an asset into the cache.
type download struct {
	asset asset
	err   error
}

// useDownloaded adds downloaded programs in the cache to the set.
func (e ensurer) useDownloaded(names []Name, set Set) error {
	for _, n := range names {
		if set[n] != "" {
			continue
		}
		a, found, err := e.asset(n)
		if err != nil {
			return err
		}
		if found && a.complete() {
			set[n] = a.path(n)
		}
	}
	return nil
}

// asset returns the file with a program that a vendor publishes for this platform. It reports false if there is none.
func (e ensurer) asset(n Name) (asset, bool, error) {
	for _, r := range e.releases {
		if !slices.Contains(r.programs, n) {
			continue
		}
		version, err := e.pinnedText(r.version)
		if err != nil {
			return asset{}, false, err
		}
		a, found := r.asset(e.options.CacheDir, strings.TrimPrefix(version, "v"), runtime.GOOS, runtime.GOARCH)
		if found {
			return a, true, nil
		}
	}
	return asset{}, false, nil
}

func (a asset) path(n Name) string { return filepath.Join(a.folder, fileName(n)) }

func (a asset) complete() bool {
	return !slices.ContainsFunc(a.programs, func(n Name) bool { return !executable(a.path(n)) })
}

// download downloads groups of programs in parallel, adds them to the set, and returns why others could not be
// downloaded and the number of downloads. If building is allowed, it skips a group with a program that is not
// published: the build of the module that provides this program provides the rest, too.
func (e ensurer) download(ctx context.Context, groups [][]Name, set Set) (failed []failure, done int, err error) {
	var downloads []*download
	for _, group := range groups {
		files, unpublished, err := e.assets(group)
		if err != nil {
			return nil, 0, err
		}
		if len(unpublished) > 0 {
			if e.options.allows(Build) {
				continue
			}
			reason := fmt.Errorf("no release with a known checksum for %s/%s", runtime.GOOS, runtime.GOARCH)
			failed = append(failed, failure{unpublished, reason})
		}
		for _, a := range files {
			if !slices.ContainsFunc(downloads, func(d *download) bool { return d.asset.url == a.url }) {
				downloads = append(downloads, &download{asset: a})
			}
		}
	}
	var wait sync.WaitGroup
	slots := make(chan struct{}, parallelDownloads)
	for i, d := range downloads {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			d.err = e.fetch(ctx, d.asset, e.reporter.step(i+1, len(downloads)))
		})
	}
	wait.Wait()
	if ctx.Err() != nil {
		return nil, 0, fmt.Errorf("download programs: %w", context.Cause(ctx))
	}
	for _, d := range downloads {
		programs := slices.DeleteFunc(slices.Concat(groups...), func(n Name) bool {
			return !slices.Contains(d.asset.programs, n)
		})
		if d.err != nil {
			failed = append(failed, failure{programs, d.err})
			continue
		}
		done++
		for _, n := range programs {
			set[n] = d.asset.path(n)
		}
	}
	return failed, done, nil
}

// assets returns the files with the programs, and the programs that are not published for this platform.
func (e ensurer) assets(names []Name) (files []asset, unpublished []Name, err error) {
	for _, n := range names {
		a, found, err := e.asset(n)
		switch {
		case err != nil:
			return nil, nil, err
		case found:
			files = append(files, a)
		default:
			unpublished = append(unpublished, n)
		}
	}
	return files, unpublished, nil
}

// failure is the reason why programs could not be downloaded.
type failure struct {
	programs []Name
	err      error
}

// summary returns the programs that could not be downloaded, and all reasons in one line.
func summary(failed []failure) (programs []Name, reasons string) {
	var texts []string
	for _, f := range failed {
		programs = append(programs, f.programs...)
		if text := f.err.Error(); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return programs, strings.Join(texts, "; ")
}

// fetch downloads an asset into the cache, unless another process does.
func (e ensurer) fetch(ctx context.Context, a asset, step step) error {
	return e.fill(ctx, a.folder, a.programs, a.complete, step, func(stage string) error {
		var got atomic.Int64
		var unpacking atomic.Bool
		size := ""
		defer step.stop()
		file := filepath.Join(stage, "file")
		err := e.fetcher.fetch(ctx, a, file, func(total int64) {
			if total > 0 {
				size = " of " + megabytes(total)
			}
			step.begin("downloading "+join(a.programs)+" "+a.version, func() string {
				if unpacking.Load() {
					return "unpacking"
				}
				return "downloading, " + megabytes(got.Load()) + size
			})
		}, &got)
		if err != nil {
			return err
		}
		unpacking.Store(true)
		bin := filepath.Join(stage, "bin")
		if err := os.Mkdir(bin, 0o755); err != nil {
			return cacheError(e.options.CacheDir, err)
		}
		if err := a.unpack(file, bin); err != nil {
			return fmt.Errorf("unpack %s: %w", a.file(), err)
		}
		return nil
	})
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// uninstalled returns the error for programs that are not installed, if only installed programs are allowed.
func (e ensurer) uninstalled(names []Name) error {
	var wanted []string
	for _, n := range names {
		version, err := e.pinnedText(n)
		if err != nil {
			return err
		}
		wanted = append(wanted, fmt.Sprintf("%s %s", n, version))
	}
	return fmt.Errorf("%s=%s allows only installed programs, and no suitable version is installed of %s: "+
		"install these versions, or unset %[1]s", wayVariable, Installed, strings.Join(wanted, ", "))
}
