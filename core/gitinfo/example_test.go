package gitinfo_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

func ExampleRead() {
	dir, err := os.MkdirTemp("", "example-*")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	// A repository before its first commit, by hand.
	for name, text := range map[string]string{
		".git/HEAD":         "ref: refs/heads/main\n",
		".git/config":       "[remote \"origin\"]\n\turl = git@git.example.com:acme/shop.git\n",
		".git/objects/none": "",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			fmt.Println(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			fmt.Println(err)
		}
	}

	facts := gitinfo.Read(context.Background(), dir, gitinfo.WithTimeLimit(time.Minute))
	fmt.Println(facts)
	fmt.Println(facts.Values())
	// Output:
	// ssh://git.example.com/acme/shop.git main
	// map[branch:main repository:ssh://git.example.com/acme/shop.git]
}

func ExampleFacts_String() {
	fmt.Println(gitinfo.Facts{})
	fmt.Println(gitinfo.Facts{
		Repository: "https://git.example.com/acme/shop.git",
		Branch:     "main",
		Commit:     "0123456789abcdef0123456789abcdef01234567",
		Tag:        "v1.2.0",
		Dirty:      gitinfo.Dirty,
	})
	// Output:
	// unknown
	// https://git.example.com/acme/shop.git main@0123456789ab (v1.2.0, dirty)
}
