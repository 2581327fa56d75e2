package awscli

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/execcredential"
	"github.com/ashlar-iac/ashlar/integration/variables"
)

// Usage is printed with errors.
const Usage = "this is a part of the AWS CLI for simulated clouds: " +
	"aws [--region R] eks get-token --cluster-name NAME [--role-arn ARN] [--output json]"

// Run runs the command with its arguments. env returns variables of the environment.
func Run(ctx context.Context, args []string, env func(string) string, out io.Writer) error {
	r, command, err := parse(args)
	if err != nil {
		return err
	}
	if !slices.Equal(command, []string{"eks", "get-token"}) {
		return fmt.Errorf("unsupported command %q: %s", strings.Join(command, " "), Usage)
	}
	r.region = cmp.Or(r.region, env("AWS_REGION"), env("AWS_DEFAULT_REGION"))
	var problems []error
	if r.region == "" {
		problems = append(problems, errors.New("you must specify a region: with --region, or in AWS_REGION"))
	}
	if r.cluster == "" {
		problems = append(problems, errors.New("the following arguments are required: --cluster-name"))
	}
	if r.output != "json" {
		problems = append(problems, fmt.Errorf("--output %s is not supported: use json", r.output))
	}
	dir := env(variables.Cloud)
	if dir == "" {
		problems = append(problems, errors.New("ASHLAR_CLOUD is not set: set it to the folder of the simulated cloud"))
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	store, err := cloud.Open(dir)
	if err != nil {
		return err
	}
	return r.answer(ctx, store, out)
}

// request is one call of get-token.
type request struct{ region, cluster, role, output string }

// parse parses the arguments. Options may be anywhere, as for the AWS CLI.
func parse(args []string) (request, []string, error) {
	var r request
	flags := flag.NewFlagSet("aws", flag.ContinueOnError)
	flags.StringVar(&r.region, "region", "", "")
	flags.StringVar(&r.cluster, "cluster-name", "", "")
	flags.StringVar(&r.role, "role-arn", "", "")
	flags.StringVar(&r.output, "output", "json", "")
	flags.String("profile", "", "")
	command, err := execcredential.Parse(flags, args, Usage)
	return r, command, err
}
