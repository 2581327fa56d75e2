package tools_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// vendor is a server on this computer that has the files of releases.example, like a mirror.
type vendor struct {
	*httptest.Server
	mu       sync.Mutex
	handlers map[string]http.HandlerFunc
	requests []string
}

func newVendor(t *testing.T) *vendor {
	t.Helper()
	v := &vendor{handlers: map[string]http.HandlerFunc{}}
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/releases.example/")
		v.mu.Lock()
		v.requests = append(v.requests, name)
		handler, found := v.handlers[name]
		v.mu.Unlock()
		if !found {
			http.NotFound(w, r)
			return
		}
		handler(w, r)
	}))
	t.Cleanup(v.Close)
	return v
}

// serve adds a file and returns its checksum.
func (v *vendor) serve(name string, content []byte) string {
	v.handlers[name] = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(content) }
	return sum(content)
}

// asked returns the requested files since the last call, sorted.
func (v *vendor) asked() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	names := v.requests
	v.requests = nil
	slices.Sort(names)
	return names
}

func sum(content []byte) string {
	hash := sha256.Sum256(content)
	return hex.EncodeToString(hash[:])
}

// downloaded is a program with the output "downloaded <name>".
func downloaded(name string) []byte { return []byte("#!/bin/sh\necho downloaded " + name + "\n") }

// entry is an entry of an archive.
type entry struct {
	name    string
	content []byte
	// link is the target of a symbolic link.
	link string
}

// good are the entries of a good archive.
func good() []entry {
	return []entry{
		{name: "greet/README.md", content: []byte("# Greet\n")},
		{name: "greet/hello", content: downloaded("hello")},
		{name: "greet/other", content: downloaded("other")},
		{name: "./greet/bye", content: downloaded("bye")},
	}
}

func tarball(t *testing.T, entries []entry) []byte {
	t.Helper()
	var data bytes.Buffer
	plain := gzip.NewWriter(&data)
	archive := tar.NewWriter(plain)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Size: int64(len(e.content)), Mode: 0o644, Typeflag: tar.TypeReg}
		if e.link != "" {
			header.Typeflag, header.Linkname = tar.TypeSymlink, e.link
		}
		require.NoError(t, archive.WriteHeader(header))
		_, err := archive.Write(e.content)
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	require.NoError(t, plain.Close())
	return data.Bytes()
}

func zipped(t *testing.T, entries []entry) []byte {
	t.Helper()
	var data bytes.Buffer
	archive := zip.NewWriter(&data)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		header.SetMode(0o644)
		if e.link != "" {
			header.SetMode(os.ModeSymlink | 0o777)
			e.content = []byte(e.link)
		}
		out, err := archive.CreateHeader(header)
		require.NoError(t, err)
		_, err = out.Write(e.content)
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	return data.Bytes()
}

// scriptedWorkspace is a workspace whose go command builds shell scripts with the output "built <name>".
func scriptedWorkspace(t *testing.T) workspace {
	t.Helper()
	w := newWorkspace(t)
	script(t, w.goCommand, `echo "$1" >> '`+w.log+`'
[ "$1" = build ] || { echo go1.26.0; exit; }
while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
for name in hello bye; do
	printf '#!/bin/sh\necho built %s\n' $name > "$out/$name"
	chmod +x "$out/$name"
done`)
	return w
}

const (
	address   = "https://releases.example/v{version}/greet-{os}-{arch}"
	checksums = "https://releases.example/v{version}/SHA256SUMS"
)

// file is the name of a file with the ending of an archive, as the vendor has it.
func file(ending string) string { return "greet-" + runtime.GOOS + "-" + runtime.GOARCH + ending }

func withArchive(w workspace, ending string) tools.Catalog {
	return w.catalog().WithRelease(address+ending, "greet/{program}", checksums, nil, "hello", "bye")
}

func TestEnsureDownloads(t *testing.T) {
	t.Parallel()
	zero := strings.Repeat("0", 64)
	cases := map[string]struct {
		reason  string
		serve   func(t *testing.T, v *vendor)
		catalog func(w workspace) tools.Catalog
		asked   []string
	}{
		"Tarball": {
			reason: "the checksum is in a list, with spaces",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				got := v.serve("v1.2.3/"+file(".tar.gz"), tarball(t, good()))
				v.serve("v1.2.3/SHA256SUMS", []byte(zero+"  other.tar.gz\n"+got+"  "+file(".tar.gz")+"\n"))
			},
			catalog: func(w workspace) tools.Catalog { return withArchive(w, ".tar.gz") },
			asked:   []string{"v1.2.3/SHA256SUMS", "v1.2.3/" + file(".tar.gz")},
		},
		"Zip": {
			reason: "the checksum is in a list, of a binary file in a folder",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				got := v.serve("v1.2.3/"+file(".zip"), zipped(t, good()))
				v.serve("v1.2.3/SHA256SUMS", []byte(strings.ToUpper(got)+" *./"+file(".zip")+"\n"))
			},
			catalog: func(w workspace) tools.Catalog { return withArchive(w, ".zip") },
			asked:   []string{"v1.2.3/SHA256SUMS", "v1.2.3/" + file(".zip")},
		},
		"Programs": {
			reason: "the files are the programs, with a checksum alone and without a newline",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				for _, name := range []string{"hello", "bye"} {
					v.serve("v1.2.3/"+name+".sha256", []byte(v.serve("v1.2.3/"+name, downloaded(name))))
				}
			},
			catalog: func(w workspace) tools.Catalog {
				program := "https://releases.example/v{version}/{program}"
				return w.catalog().WithRelease(program, "", program+".sha256", nil, "hello").
					WithRelease(program, "", program+".sha256", nil, "bye")
			},
			asked: []string{"v1.2.3/bye", "v1.2.3/bye.sha256", "v1.2.3/hello", "v1.2.3/hello.sha256"},
		},
		"Pinned": {
			reason: "a pinned checksum needs no list",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				v.serve("v1.2.3/hello", downloaded("hello"))
				v.serve("v1.2.3/bye", downloaded("bye"))
			},
			catalog: func(w workspace) tools.Catalog {
				program := "https://releases.example/v{version}/{program}"
				pins := map[string]string{
					"https://releases.example/v1.2.3/hello": sum(downloaded("hello")),
					"https://releases.example/v1.2.3/bye":   sum(downloaded("bye")),
				}
				return w.catalog().WithRelease(program, "", "", pins, "hello").
					WithRelease(program, "", "", pins, "bye")
			},
			asked: []string{"v1.2.3/bye", "v1.2.3/hello"},
		},
		"Redirect": {
			reason: "a release host redirects to its storage",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				got := v.serve("storage", tarball(t, good()))
				v.serve("v1.2.3/SHA256SUMS", []byte(got+"  "+file(".tar.gz")+"\n"))
				v.handlers["v1.2.3/"+file(".tar.gz")] = func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, "/releases.example/storage", http.StatusFound)
				}
			},
			catalog: func(w workspace) tools.Catalog { return withArchive(w, ".tar.gz") },
			asked:   []string{"storage", "v1.2.3/SHA256SUMS", "v1.2.3/" + file(".tar.gz")},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, v := scriptedWorkspace(t), newVendor(t)
			c.serve(t, v)
			progress := &buffer{}
			opts := w.options(progress)
			opts.Only, opts.Mirror = "", v.URL+"/"

			set, err := c.catalog(w).Ensure(t.Context(), opts, "hello", "bye")
			require.NoError(t, err, c.reason)
			require.Equal(t, "downloaded hello", run(t, set.Path("hello")), c.reason)
			require.Equal(t, "downloaded bye", run(t, set.Path("bye")), c.reason)
			require.Equal(t, c.asked, v.asked(), c.reason)
			require.NotContains(t, progress.String(), "building")
			require.Contains(t, progress.String(), "] downloading hello")
			require.Contains(t, progress.String(), "] done in ")
			require.NotContains(t, w.logged(t), "build")
			logged := w.logged(t)
			require.Empty(t, leftovers(t, w))

			for _, only := range []tools.Way{"", tools.Download} {
				opts.Only = only
				again, err := c.catalog(w).Ensure(t.Context(), opts, "bye")
				require.NoError(t, err)
				require.Equal(t, tools.Set{"bye": set.Path("bye")}, again, "from the cache")
			}
			require.Empty(t, v.asked())
			require.Equal(t, logged, w.logged(t), "the go command is not needed")
		})
	}
}

// leftovers returns the files in the cache that are neither programs nor locks.
func leftovers(t *testing.T, w workspace) []string {
	t.Helper()
	var found []string
	require.NoError(t, filepath.WalkDir(w.cache, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !slices.Contains([]string{"hello", "bye", ".lock"}, d.Name()) ||
			strings.HasPrefix(d.Name(), ".build-") {
			found = append(found, path)
		}
		return err
	}))
	return found
}

func TestEnsureBuildsWhatCannotBeDownloaded(t *testing.T) {
	t.Parallel()
	const name = "v1.2.3/"
	// listed serves an archive with its right checksum.
	listed := func(v *vendor, archive []byte, ending string) {
		v.serve(name+"SHA256SUMS", []byte(v.serve(name+file(ending), archive)+"  "+file(ending)+"\n"))
	}
	answer := func(status int) func(*testing.T, *vendor) {
		return func(t *testing.T, v *vendor) {
			t.Helper()
			listed(v, tarball(t, good()), ".tar.gz")
			v.handlers[name+file(".tar.gz")] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
		}
	}
	content := func(ending string, archive func(*testing.T, []entry) []byte, entries ...entry,
	) func(*testing.T, *vendor) {
		return func(t *testing.T, v *vendor) {
			t.Helper()
			listed(v, archive(t, append(good(), entries...)), ending)
		}
	}
	cases := map[string]struct {
		reason string
		serve  func(t *testing.T, v *vendor)
		ending string
		// want is a pattern of the reason in the line.
		want string
	}{
		"NotFound":    {reason: "404", serve: answer(http.StatusNotFound), want: `answers 404 Not Found for FILE`},
		"Forbidden":   {reason: "403", serve: answer(http.StatusForbidden), want: `answers 403 Forbidden for FILE`},
		"Unavailable": {reason: "503", serve: answer(http.StatusServiceUnavailable), want: `answers 503 Service Unav`},
		"NoContent":   {reason: "not 200", serve: answer(http.StatusNoContent), want: `answers 204 No Content for FILE`},
		"NoChecksums": {
			reason: "the list is missing",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				v.serve(name+file(".tar.gz"), tarball(t, good()))
			},
			want: `answers 404 Not Found for SHA256SUMS`,
		},
		"NotListed": {
			reason: "the list has other files, and a checksum alone that is not of this file",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				got := v.serve(name+file(".tar.gz"), tarball(t, good()))
				v.serve(name+"SHA256SUMS", []byte(got+"\n"+got+"  other.tar.gz\n"+got+"  more "+file(".tar.gz")+"\n"))
			},
			want: `https://releases\.example/v1\.2\.3/SHA256SUMS has no SHA-256 checksum of FILE`,
		},
		"OtherAlgorithm": {
			reason: "a SHA-512 checksum",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				got := v.serve(name+file(".tar.gz"), tarball(t, good()))
				v.serve(name+"SHA256SUMS", []byte(got+got+"  "+file(".tar.gz")+"\n"))
			},
			want: `SHA256SUMS has no SHA-256 checksum of FILE`,
		},
		"Page": {
			reason: "a sign-in page instead of every file",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				v.serve(name+file(".tar.gz"), []byte("<html>Sign in</html>"))
				v.serve(name+"SHA256SUMS", []byte("<html>\n<body>Sign in</body>\n</html>"))
			},
			want: `SHA256SUMS has no SHA-256 checksum of FILE`,
		},
		"LongPage": {
			reason: "a list without an end",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				v.serve(name+"SHA256SUMS", bytes.Repeat([]byte("x"), 2<<20))
			},
			want: `SHA256SUMS has \d+ bytes, more than 1048576|SHA256SUMS has more than 1048576 bytes`,
		},
		"WrongSum": {
			reason: "another file than the list says",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				listed(v, tarball(t, good()), ".tar.gz")
				v.serve(name+file(".tar.gz"), tarball(t, good()[1:]))
			},
			want: `FILE has the SHA-256 checksum [0-9a-f]{64}, expected [0-9a-f]{64}`,
		},
		"Truncated": {
			reason: "the connection ends early",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				archive := tarball(t, good())
				listed(v, archive, ".tar.gz")
				v.handlers[name+file(".tar.gz")] = func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Length", fmt.Sprint(len(archive)))
					_, _ = w.Write(archive[:50])
				}
			},
			want: `https://releases\.example/v1\.2\.3/FILE ends after 50 of \d+ bytes`,
		},
		"TruncatedSilently": {
			reason: "the server announces the short length",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				listed(v, tarball(t, good()), ".tar.gz")
				v.serve(name+file(".tar.gz"), tarball(t, good())[:50])
			},
			want: `FILE has the SHA-256 checksum`,
		},
		"Stalled": {
			reason: "nothing after the first bytes",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				listed(v, tarball(t, good()), ".tar.gz")
				v.handlers[name+file(".tar.gz")] = func(w http.ResponseWriter, r *http.Request) {
					_, _ = w.Write([]byte("start"))
					w.(http.Flusher).Flush()
					<-r.Context().Done()
				}
			},
			want: `https://releases\.example/v1\.2\.3/FILE: only \d+ bytes in 300ms`,
		},
		"Slow": {
			reason: "a byte now and then",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				listed(v, tarball(t, good()), ".tar.gz")
				v.handlers[name+file(".tar.gz")] = func(w http.ResponseWriter, r *http.Request) {
					for r.Context().Err() == nil {
						_, _ = w.Write([]byte("x"))
						w.(http.Flusher).Flush()
						time.Sleep(10 * time.Millisecond)
					}
				}
			},
			want: `FILE: only \d+ bytes in 300ms`,
		},
		"RedirectLoop": {
			reason: "redirects without an end",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				listed(v, tarball(t, good()), ".tar.gz")
				v.handlers[name+file(".tar.gz")] = func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, r.URL.Path, http.StatusFound)
				}
			},
			want: `redirect not followed: more than 5 redirects`,
		},
		"RedirectToPlain": {
			reason: "a redirect to http on another computer",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				listed(v, tarball(t, good()), ".tar.gz")
				v.handlers[name+file(".tar.gz")] = func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, "http://storage.example/file", http.StatusFound)
				}
			},
			want: `redirect not followed: http://storage\.example/file is not an https URL`,
		},
		"RedirectToFile": {
			reason: "a redirect to another protocol",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				listed(v, tarball(t, good()), ".tar.gz")
				v.handlers[name+file(".tar.gz")] = func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, "file:///etc/hosts", http.StatusFound)
				}
			},
			want: `redirect not followed: file:///etc/hosts is not an https URL`,
		},
		"Refused": {
			reason: "nothing listens",
			serve:  func(_ *testing.T, v *vendor) { v.Close() },
			want:   `cannot reach 127\.0\.0\.1:\d+: dial tcp 127\.0\.0\.1:\d+: connect: connection refused`,
		},
		"HungUp": {
			reason: "the connection ends without an answer",
			serve: func(_ *testing.T, v *vendor) {
				v.handlers[name+"SHA256SUMS"] = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
			},
			want: `cannot reach 127\.0\.0\.1:\d+: EOF`,
		},
		"Silent": {
			reason: "no answer",
			serve: func(_ *testing.T, v *vendor) {
				v.handlers[name+"SHA256SUMS"] = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
			},
			want: `cannot reach 127\.0\.0\.1:\d+: net/http: timeout awaiting response headers`,
		},
		"NoArchive": {
			reason: "no archive, with the right checksum",
			serve:  func(_ *testing.T, v *vendor) { listed(v, []byte("<html></html>"), ".tar.gz") },
			want:   `unpack FILE: read the archive: gzip: invalid header`,
		},
		"HalfArchive": {
			reason: "half an archive, with the right checksum",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				archive := tarball(t, good())
				listed(v, archive[:len(archive)/2], ".tar.gz")
			},
			want: `unpack FILE: .*unexpected EOF`,
		},
		"NoZip": {
			reason: "no archive", ending: ".zip",
			serve: func(_ *testing.T, v *vendor) { listed(v, []byte("<html></html>"), ".zip") },
			want:  `unpack FILE: read the archive: zip: not a valid zip file`,
		},
		"NoProgram": {
			reason: "a program is missing",
			serve: func(t *testing.T, v *vendor) {
				t.Helper()
				listed(v, tarball(t, good()[:2]), ".tar.gz")
			},
			want: `unpack FILE: no greet/bye in the archive`,
		},
		"Parent": {reason: "a path outside", serve: content(".tar.gz", tarball, entry{name: "greet/../../evil"}),
			want: `unpack FILE: the archive has a path outside the archive: "greet/\.\./\.\./evil"`},
		"Absolute": {reason: "an absolute path", serve: content(".tar.gz", tarball, entry{name: "/tmp/evil"}),
			want: `unpack FILE: the archive has a path outside the archive: "/tmp/evil"`},
		"Link": {reason: "a program that is a link", serve: func(t *testing.T, v *vendor) {
			t.Helper()
			listed(v, tarball(t, []entry{{name: "greet/hello", link: "/bin/sh"}}), ".tar.gz")
		}, want: `unpack FILE: greet/hello is not a regular file in the archive`},
		"Twice": {reason: "a program twice", serve: content(".tar.gz", tarball, entry{name: "greet/hello"}),
			want: `unpack FILE: open .*hello: file exists`},
		"ZipParent": {reason: "a path outside", ending: ".zip",
			serve: content(".zip", zipped, entry{name: "../evil"}),
			want:  `unpack FILE: the archive has a path outside the archive: "\.\./evil"`},
		"ZipLink": {reason: "a program that is a link", ending: ".zip", serve: func(t *testing.T, v *vendor) {
			t.Helper()
			listed(v, zipped(t, []entry{{name: "greet/hello", link: "/bin/sh"}}), ".zip")
		}, want: `unpack FILE: greet/hello is not a regular file in the archive`},
	}
	for caseName, c := range cases {
		t.Run(caseName, func(t *testing.T) {
			t.Parallel()
			w, v := scriptedWorkspace(t), newVendor(t)
			c.serve(t, v)
			if c.ending == "" {
				c.ending = ".tar.gz"
			}
			want := strings.ReplaceAll(c.want, "FILE", regexp.QuoteMeta(file(c.ending)))
			catalog := withArchive(w, c.ending).WithWindow(300 * time.Millisecond)
			progress := &buffer{}
			opts := w.options(progress)
			opts.Only, opts.Mirror = "", v.URL

			set, err := catalog.Ensure(t.Context(), opts, "hello", "bye")
			require.NoError(t, err, c.reason)
			require.Equal(t, "built hello", run(t, set.Path("hello")), c.reason)
			require.Equal(t, "built bye", run(t, set.Path("bye")), c.reason)
			require.Regexp(t, `(?m)^building hello, bye from source: [^\n]*(`+want+`)`, progress.String(), c.reason)
			require.Equal(t, 1, strings.Count(progress.String(), "from source"), c.reason)
			require.Empty(t, leftovers(t, w), c.reason)
			require.NoDirExists(t, filepath.Join(w.cache, "releases", "hello", "v1.2.3-"+runtime.GOOS+"-"+runtime.GOARCH))

			opts = w.options(nil)
			opts.Only, opts.Mirror = tools.Download, v.URL
			_, err = catalog.Ensure(t.Context(), opts, "bye")
			require.Error(t, err, c.reason)
			require.Regexp(t, `^ASHLAR_TOOLS=download allows only downloads, and bye cannot be downloaded: [^\n]*(`+
				want+`)[^\n]*: try again, or unset ASHLAR_TOOLS to build from source$`, err.Error(), c.reason)
		})
	}
}

func TestEnsureAsksUnreachableHostOnce(t *testing.T) {
	t.Parallel()
	w := scriptedWorkspace(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var connections atomic.Int32
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			_ = connection.Close()
		}
	}()
	t.Cleanup(func() { _ = listener.Close() })
	names := make([]tools.Name, 40)
	catalog := w.catalog()
	for i := range names {
		names[i] = tools.Name(fmt.Sprintf("program%d", i))
		catalog = catalog.WithModule(names[i])
		pins := map[string]string{"https://releases.example/" + string(names[i]): sum(nil)}
		catalog = catalog.WithRelease("https://releases.example/{program}", "", "", pins, names[i])
	}
	progress := &buffer{}
	opts := w.options(progress)
	opts.Only, opts.Mirror = tools.Download, "http://"+listener.Addr().String()
	_, err = catalog.Ensure(t.Context(), opts, names...)
	require.ErrorContains(t, err, "program0, program1, ")
	require.Equal(t, 1, strings.Count(err.Error(), "cannot reach"), "one reason for all: %s", err)
	require.LessOrEqual(t, connections.Load(), int32(4), "the parallel downloads, and no more")
	require.NotContains(t, progress.String(), "downloading")
}

func TestEnsureDownloadsInParallel(t *testing.T) {
	t.Parallel()
	w, v := scriptedWorkspace(t), newVendor(t)
	catalog := w.catalog()
	var meet sync.WaitGroup
	meet.Add(2)
	for _, name := range []string{"hello", "bye"} {
		v.handlers[name] = func(w http.ResponseWriter, _ *http.Request) {
			meet.Done()
			meet.Wait()
			_, _ = w.Write(downloaded(name))
		}
		catalog = catalog.WithRelease("https://releases.example/{program}", "", "",
			map[string]string{"https://releases.example/" + name: sum(downloaded(name))}, tools.Name(name))
	}
	opts := w.options(nil)
	opts.Only, opts.Mirror = tools.Download, v.URL
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	set, err := catalog.Ensure(ctx, opts, "hello", "bye")
	require.NoError(t, err, "each download waits for the other")
	require.Equal(t, "downloaded bye", run(t, set.Path("bye")))
}

func TestParallelEnsureDownloadsOnce(t *testing.T) {
	t.Parallel()
	w, v := scriptedWorkspace(t), newVendor(t)
	got := v.serve("v1.2.3/"+file(".tar.gz"), tarball(t, good()))
	v.serve("v1.2.3/SHA256SUMS", []byte(got+"  "+file(".tar.gz")))
	opts := w.options(nil)
	opts.Only, opts.Mirror = "", v.URL
	var wait sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wait.Go(func() { _, errs[i] = withArchive(w, ".tar.gz").Ensure(t.Context(), opts, "hello") })
	}
	wait.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Equal(t, []string{"v1.2.3/SHA256SUMS", "v1.2.3/" + file(".tar.gz")}, v.asked())
}

func TestDownloadReportsProgress(t *testing.T) {
	t.Parallel()
	w, v := scriptedWorkspace(t), newVendor(t)
	progress := &buffer{}
	program := append(downloaded("hello"), bytes.Repeat([]byte("#"), 2_500_000)...)
	v.handlers["hello"] = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(program)))
		_, _ = w.Write(program[:1_200_000])
		w.(http.Flusher).Flush()
		for !strings.Contains(progress.String(), "1.2 MB") && r.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		_, _ = w.Write(program[1_200_000:])
	}
	catalog := w.catalog().WithRelease("https://releases.example/{program}", "", "",
		map[string]string{"https://releases.example/hello": sum(program)}, "hello")
	opts := w.options(progress)
	opts.Only, opts.Mirror = "", v.URL
	_, err := catalog.Ensure(t.Context(), opts, "hello")
	require.NoError(t, err)
	require.Regexp(t, `(?s)^\[1/1\] downloading hello 1\.2\.3\n`+
		`(\[1/1\] \.\.\. still downloading, [\d.]+ MB of 2\.5 MB, [^\n]+\n)+\[1/1\] done in [^\n]+s\n$`,
		progress.String())
}

func TestInterruptedDownloadLeavesNothing(t *testing.T) {
	t.Parallel()
	w, v := scriptedWorkspace(t), newVendor(t)
	ctx, cancel := context.WithCancel(t.Context())
	v.handlers["hello"] = func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("start"))
		w.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
	}
	catalog := w.catalog().WithRelease("https://releases.example/{program}", "", "",
		map[string]string{"https://releases.example/hello": sum(nil)}, "hello")
	opts := w.options(nil)
	opts.Only, opts.Mirror = "", v.URL
	_, err := catalog.Ensure(ctx, opts, "hello")
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, strings.Count(w.logged(t), "build"), "not a reason to build")
	require.Empty(t, leftovers(t, w))
}

func TestEnsureBuildsModuleWithUnpublishedProgram(t *testing.T) {
	t.Parallel()
	w, v := scriptedWorkspace(t), newVendor(t)
	v.serve("hello", downloaded("hello"))
	catalog := w.catalog().WithRelease("https://releases.example/{program}", "", "",
		map[string]string{"https://releases.example/hello": sum(downloaded("hello"))}, "hello")
	progress := &buffer{}
	opts := w.options(progress)
	opts.Only, opts.Mirror = "", v.URL
	set, err := catalog.Ensure(t.Context(), opts, "hello", "bye")
	require.NoError(t, err)
	require.Equal(t, "built hello", run(t, set.Path("hello")))
	require.Empty(t, v.asked(), "the build of bye provides hello, too")
	require.NotContains(t, progress.String(), "from source:", "nothing failed")

	opts.Only = tools.Download
	_, err = catalog.Ensure(t.Context(), opts, "hello", "bye")
	require.EqualError(t, err, "ASHLAR_TOOLS=download allows only downloads, and bye cannot be downloaded: "+
		"no release with a known checksum for "+runtime.GOOS+"/"+runtime.GOARCH+
		": try again, or unset ASHLAR_TOOLS to build from source")
}

func TestOnlyBuild(t *testing.T) {
	t.Parallel()
	w, v := scriptedWorkspace(t), newVendor(t)
	v.serve("v1.2.3/SHA256SUMS", []byte(v.serve("v1.2.3/"+file(".tar.gz"), tarball(t, good()))+"  "+file(".tar.gz")))
	opts := w.options(nil)
	opts.Only, opts.Mirror = tools.Download, v.URL
	_, err := withArchive(w, ".tar.gz").Ensure(t.Context(), opts, "hello")
	require.NoError(t, err)
	v.asked()

	opts.Only = tools.Build
	set, err := withArchive(w, ".tar.gz").Ensure(t.Context(), opts, "hello")
	require.NoError(t, err)
	require.Equal(t, "built hello", run(t, set.Path("hello")), "not the downloaded one in the cache")
	require.Empty(t, v.asked())

	opts.Only = tools.Download
	set, err = withArchive(w, ".tar.gz").Ensure(t.Context(), opts, "hello")
	require.NoError(t, err)
	require.Equal(t, "downloaded hello", run(t, set.Path("hello")), "not the built one in the cache")
}

func TestEnsureDoesNotDownloadWhatIsBuilt(t *testing.T) {
	t.Parallel()
	w, v := scriptedWorkspace(t), newVendor(t)
	opts := w.options(nil)
	_, err := withArchive(w, ".tar.gz").Ensure(t.Context(), opts, "hello")
	require.NoError(t, err)
	opts.Only, opts.Mirror = "", v.URL
	set, err := withArchive(w, ".tar.gz").Ensure(t.Context(), opts, "hello")
	require.NoError(t, err)
	require.Equal(t, "built hello", run(t, set.Path("hello")))
	require.Empty(t, v.asked())
}

// These tests change the environment, so they do not run in parallel.

func TestEnvironmentSetsTheWay(t *testing.T) {
	w, v := scriptedWorkspace(t), newVendor(t)
	got := v.serve("v1.2.3/"+file(".tar.gz"), tarball(t, good()))
	v.serve("v1.2.3/SHA256SUMS", []byte(got+"  "+file(".tar.gz")))
	t.Setenv("ASHLAR_TOOLS_MIRROR", v.URL)
	opts := w.options(nil)
	for way, want := range map[string]string{"": "downloaded", "download": "downloaded", "build": "built"} {
		t.Setenv("ASHLAR_TOOLS", way)
		opts.Only, opts.CacheDir = "", filepath.Join(w.cache, way+"-cache")
		set, err := withArchive(w, ".tar.gz").Ensure(t.Context(), opts, "hello")
		require.NoError(t, err, way)
		require.Equal(t, want+" hello", run(t, set.Path("hello")), way)
	}
	t.Setenv("ASHLAR_TOOLS", "installed")
	_, err := withArchive(w, ".tar.gz").Ensure(t.Context(), opts, "hello", "bye")
	require.EqualError(t, err, "ASHLAR_TOOLS=installed allows only installed programs, and no suitable version is "+
		"installed of hello v1.2.3, bye v1.2.3: install these versions, or unset ASHLAR_TOOLS")

	t.Setenv("ASHLAR_TOOLS", "source")
	_, err = withArchive(w, ".tar.gz").Ensure(t.Context(), opts, "hello")
	require.EqualError(t, err, "invalid ASHLAR_TOOLS=source: expected one of build, download, installed, or nothing")

	t.Setenv("ASHLAR_TOOLS", "")
	for _, mirror := range []string{"http://mirror.example", "mirror.example", "ftp://mirror.example", "https://", "%"} {
		t.Setenv("ASHLAR_TOOLS_MIRROR", mirror)
		_, err = withArchive(w, ".tar.gz").Ensure(t.Context(), opts, "hello")
		require.EqualError(t, err, "invalid ASHLAR_TOOLS_MIRROR="+mirror+": expected an https URL")
	}
}

func TestInstalledProgramsComeFirst(t *testing.T) {
	w := newRealWorkspace(t)
	bin := t.TempDir()
	script(t, filepath.Join(bin, "pulumi"), "echo v3.258.0")
	t.Setenv("PATH", bin)
	v := newVendor(t)
	v.Close()
	progress := &buffer{}
	opts := tools.Options{Root: w.root, CacheDir: w.cache, Progress: progress, Mirror: v.URL}
	set, err := w.catalog().Ensure(t.Context(), opts, tools.Pulumi)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(bin, "pulumi"), set.Path(tools.Pulumi))

	_, err = w.catalog().Ensure(t.Context(), opts, tools.Pulumi, tools.Scheduler)
	require.ErrorContains(t, err, "exit status 9", "has to be built")
	require.Regexp(t, `(?m)^building kube-scheduler from source: cannot reach 127\.0\.0\.1:`, progress.String())
}

// proxied is the environment variable of the process that TestRefusingProxy starts, with the folder of the workspace.
const proxied = "ASHLAR_TEST_PROXIED"

// A process reads the proxy from its environment only once, so this test needs its own process.
func TestRefusingProxy(t *testing.T) {
	if root := os.Getenv(proxied); root != "" {
		w := workspace{root: filepath.Join(root, "root"), cache: filepath.Join(root, "cache"),
			log: filepath.Join(root, "builds.log"), goCommand: filepath.Join(root, "go.sh")}
		progress := &buffer{}
		opts := w.options(progress)
		opts.Only = ""
		_, err := withArchive(w, ".tar.gz").Ensure(t.Context(), opts, "hello")
		require.NoError(t, err)
		fmt.Println(progress)
		return
	}
	w := scriptedWorkspace(t)
	var asked atomic.Value
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.Method + " " + r.Host)
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRefusingProxy$", "-test.v")
	cmd.Env = append(os.Environ(), proxied+"="+filepath.Dir(w.root), "HTTPS_PROXY="+proxy.URL, "https_proxy=",
		"NO_PROXY=", "no_proxy=")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Equal(t, "CONNECT releases.example:443", asked.Load())
	require.Contains(t, string(out), "building hello from source: cannot reach releases.example: the proxy "+
		strings.TrimPrefix(proxy.URL, "http://")+" answers 403 Forbidden\n")
	require.Equal(t, 1, strings.Count(string(out), "from source:"))
}
