package kubelogin

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/containerservice"
	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/execcredential"
	"github.com/ashlar-iac/ashlar/integration/variables"
)

// Usage is printed with errors.
const Usage = "this is a part of kubelogin for simulated clouds: kubelogin get-token " +
	"--login azurecli|azd|spn|msi|workloadidentity --server-id ID [--client-id ID] [--tenant-id ID]"

const (
	// worthless is a token that no cluster accepts.
	worthless = "nobody"
	// life is how long a token of Microsoft Entra ID is valid.
	life = time.Hour
)

// request is one call of get-token.
type request struct {
	login, server, client, secret, tenant, tokenFile, resource string

	env func(string) string
}

// Run runs the command with its arguments. env returns variables of the environment.
func Run(_ context.Context, args []string, env func(string) string, out io.Writer) error {
	r, err := parse(args, env)
	if err != nil {
		return err
	}
	var problems []error
	if r.server == "" {
		problems = append(problems, errors.New("server-id is required"))
	}
	dir := env(variables.Cloud)
	if dir == "" {
		problems = append(problems, errors.New("ASHLAR_CLOUD is not set: set it to the folder of the simulated cloud"))
	}
	if err := errors.Join(append(problems, r.check())...); err != nil {
		return err
	}
	store, err := cloud.Open(dir)
	if err != nil {
		return err
	}
	return r.answer(store, out)
}

// parse parses the arguments, and completes them by the environment. Source: kubelogin, "Environment variables".
func parse(args []string, env func(string) string) (*request, error) {
	r := &request{env: env}
	flags := flag.NewFlagSet("kubelogin", flag.ContinueOnError)
	text := func(p *string, value string, names ...string) {
		for _, name := range names {
			flags.StringVar(p, name, value, "")
		}
	}
	text(&r.login, "devicecode", "login", "l")
	text(&r.server, "", "server-id")
	text(&r.client, "", "client-id")
	text(&r.secret, "", "client-secret")
	text(&r.tenant, "", "tenant-id", "t")
	text(&r.tokenFile, "", "federated-token-file")
	text(&r.resource, "", "identity-resource-id")
	terraform := flags.Bool("use-azurerm-env-vars", false, "")
	only := flags.Bool("disable-environment-override", false, "")
	for _, ignored := range []string{"authority-host", "e", "environment", "timeout", "token-cache-dir", "v"} {
		flags.String(ignored, "", "")
	}
	command, err := execcredential.Parse(flags, args, Usage)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(command, []string{"get-token"}) {
		return nil, fmt.Errorf("unsupported command %q: %s", strings.Join(command, " "), Usage)
	}
	if !*only {
		prefix := "AZURE_"
		if *terraform {
			prefix = "ARM_"
		}
		r.login = cmp.Or(env("AAD_LOGIN_METHOD"), r.login)
		r.client = cmp.Or(env("AAD_SERVICE_PRINCIPAL_CLIENT_ID"), env(prefix+"CLIENT_ID"), r.client)
		r.secret = cmp.Or(env("AAD_SERVICE_PRINCIPAL_CLIENT_SECRET"), env(prefix+"CLIENT_SECRET"), r.secret)
		r.tenant = cmp.Or(env(prefix+"TENANT_ID"), r.tenant)
		r.tokenFile = cmp.Or(env("AZURE_FEDERATED_TOKEN_FILE"), r.tokenFile)
	}
	return r, nil
}

// check reports what a login method lacks.
func (r *request) check() error {
	needs := map[string]map[string]string{
		"azurecli": {}, "azd": {}, "msi": {},
		"spn":              {"client-id": r.client, "client-secret": r.secret, "tenant-id": r.tenant},
		"workloadidentity": {"client-id": r.client, "federated-token-file": r.tokenFile, "tenant-id": r.tenant},
	}
	required, ok := needs[r.login]
	if !ok {
		return fmt.Errorf("--login %s is not supported, since it asks a person: %s", r.login, Usage)
	}
	var missing []string
	for name, value := range required {
		if value == "" {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	if len(missing) > 0 {
		return fmt.Errorf("--login %s requires %s", r.login, strings.Join(missing, ", "))
	}
	return nil
}

// answer writes the credential of the caller.
func (r *request) answer(store *cloud.Store, out io.Writer) error {
	id, err := r.caller(store)
	if err != nil {
		return err
	}
	// A token for another application or of another tenant is valid, but not for AKS.
	if id.foreign || !strings.EqualFold(r.server, containerservice.ServerID) {
		return execcredential.WriteToken(out, worthless)
	}
	authority, err := controlplane.OpenAuthority(containerservice.AuthorityDir(store.Dir()))
	if err != nil {
		return err
	}
	var groups []string
	if member := r.env(variables.Groups); member != "" {
		groups = strings.Split(member, ",")
	}
	made, err := authority.Credential(id.object, groups, life)
	if err != nil {
		return err
	}
	return execcredential.WriteCertificate(out, made.Certificate, made.Key, made.Expires)
}
