package gitinfo_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

func ExampleRead() {
	dir, err := os.MkdirTemp("", "example-*")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	// A repository before its first commit.
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

	facts := gitinfo.Read(context.Background(), dir)
	fmt.Println(facts.Repository)
	fmt.Println(facts.Branch)
	fmt.Println(facts.Commit == "")
	// Output:
	// ssh://git.example.com/acme/shop.git
	// main
	// true
}
