package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Usage is the output of the command help.
const Usage = `A simulated cloud: a plugin of the Pulumi engine, and these commands.

  list [TYPE]         lists objects, one a line: type, place and id; without those that an account has anyway
  get TYPE [ID]       prints objects as JSON
  drift TYPE ID JSON  changes an object without the engine: a JSON merge patch of its properties; null deletes it
  fault JSON          makes requests fail from now on:
                        operation  create, read, update, delete or invoke (default: any)
                        type       the token of a type or function (default: any)
                        skip       the number of requests that succeed first (default: 0)
                        times      the number of requests that fail then (default: 1)
                        code       the error code, such as "InternalError"; throttling is retried
                        message    the error message
                        delay      how much longer they take, in nanoseconds
                        kill       true ends the provider after the cloud has done the request
  reset               deletes all objects and faults, and stops the control planes of clusters
  help                prints this

The objects are in the folder that ASHLAR_CLOUD names.
`

// Main runs a simulated cloud as an executable: as a plugin, as the engine starts it, or one of the commands of
// [Usage]. dir is the folder of the store.
func Main(c *Cloud, version, dir string, args []string, out io.Writer) error {
	if len(args) > 0 && slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		_, err := io.WriteString(out, Usage)
		return err
	}
	if dir == "" {
		return errors.New("ASHLAR_CLOUD is not set: set it to the folder of the simulated cloud")
	}
	store, err := Open(dir)
	if err != nil {
		return err
	}
	argument := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	switch argument(0) {
	case "list":
		return c.list(store, argument(1), out)
	case "get":
		return c.get(store, argument(1), argument(2), out)
	case "fault":
		var f Fault
		if err := json.Unmarshal([]byte(argument(1)), &f); err != nil {
			return fmt.Errorf(`read the fault: %w; expected JSON such as {"operation": "create", "code": "InternalError"}`, err)
		}
		return store.AddFault(f)
	case "drift":
		return c.Drift(store, argument(1), argument(2), []byte(argument(3)))
	case "reset":
		if c.Reset != nil {
			if err := c.Reset(context.Background(), dir); err != nil {
				return fmt.Errorf("stop the control planes of the store: %w", err)
			}
		}
		return store.Reset()
	}
	// Anything else is how the engine starts a plugin.
	return c.Provider(store).Run(context.Background(), c.Name, version)
}

func (c *Cloud) list(store *Store, typ string, out io.Writer) error {
	objects, err := c.Made(store, typ)
	for _, o := range objects {
		if _, err := fmt.Fprintf(out, "%s\t%s\t%s\n", o.Type, o.Place, o.ID); err != nil {
			return err
		}
	}
	return err
}

// Made returns the objects of a type, or of all types for "", without those that an account has before any program.
func (c *Cloud) Made(store *Store, typ string) ([]*Object, error) {
	all, err := store.List(typ)
	if err != nil || c.Given == nil {
		return all, err
	}
	var made []*Object
	for _, o := range all {
		given, err := c.Given(store, o)
		if err != nil {
			return nil, err
		}
		if !given {
			made = append(made, o)
		}
	}
	return made, nil
}

func (c *Cloud) get(store *Store, typ, id string, out io.Writer) error {
	look := store.find
	if id == "" {
		look = func(typ, _ string) ([]*Object, error) { return c.Made(store, typ) }
	}
	found, err := look(typ, id)
	if err != nil {
		return err
	}
	for _, o := range found {
		text, err := json.MarshalIndent(o, "", "  ")
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s\n", text); err != nil {
			return err
		}
	}
	return nil
}
