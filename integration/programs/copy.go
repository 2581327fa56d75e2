package programs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// The programs.
const (
	// Quickstart deploys an application by configuration alone.
	Quickstart = "quickstart"
	// Components deploys the same application with components in the program.
	Components = "components"
	// Layers has settings in three files and a custom module.
	Layers = "layers"
	// Platform deploys a network and a cluster on AWS and an application by configuration alone.
	Platform = "platform"
	// Clouds deploys a network, a cluster and an application on AWS and on Azure by configuration alone.
	Clouds = "clouds"
	// Module has a custom module that depends on another module.
	Module = "module"
)

// Package returns the import path of a program.
func Package(program string) string {
	return "github.com/ashlar-iac/ashlar/integration/programs/" + program
}

// Copy copies a program to the folder dir as a separate project. It adds a go.mod, and
// a go.work that uses the Ashlar modules in the workspace of the working directory,
// because they are not published yet.
func Copy(program, dir string) error {
	root, err := tools.FindRoot(".")
	if err != nil {
		return fmt.Errorf("copy program %s: %w", program, err)
	}
	integration := filepath.Join(root, "integration")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(integration, "programs", program))); err != nil {
		return fmt.Errorf("copy program %s: %w", program, err)
	}
	for _, step := range []func() error{
		func() error { return writeModule(program, integration, dir) },
		func() error { return writeWorkspace(root, dir) },
		func() error { return copyFile(filepath.Join(integration, "go.sum"), filepath.Join(dir, "go.sum")) },
		func() error { return copyFile(filepath.Join(root, "go.work.sum"), filepath.Join(dir, "go.work.sum")) },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("copy program %s: %w", program, err)
		}
	}
	return nil
}

// writeModule writes a go.mod with the requirements of the integration module.
func writeModule(program, integration, dir string) error {
	source := filepath.Join(integration, "go.mod")
	data, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	file, err := modfile.Parse(source, data, nil)
	if err != nil {
		return err
	}
	if err := file.AddModuleStmt(program); err != nil {
		return err
	}
	out, err := file.Format()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "go.mod"), out, 0o644)
}

// writeWorkspace writes a go.work with the modules of the workspace and the project.
func writeWorkspace(root, dir string) error {
	source := filepath.Join(root, "go.work")
	data, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	file, err := modfile.ParseWork(source, data, nil)
	if err != nil {
		return err
	}
	var uses []*modfile.Use
	for _, use := range file.Use {
		uses = append(uses, &modfile.Use{Path: filepath.Join(root, use.Path)})
	}
	file.SetUse(append(uses, &modfile.Use{Path: "."}))
	for _, r := range file.Replace {
		if err := file.AddReplace(r.Old.Path, r.Old.Version, filepath.Join(root, r.New.Path),
			r.New.Version); err != nil {
			return err
		}
	}
	file.Cleanup()
	return os.WriteFile(filepath.Join(dir, "go.work"), modfile.Format(file.Syntax), 0o644)
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}
