// Layers deploys an application with settings in three files, and a custom module
// that resolves a version and credentials.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/versions"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

func main() {
	deployment.Main(func(ctx *pulumi.Context) error {
		return deployment.Run(ctx, kubernetes.Module(), backup())
	})
}

// backupConfiguration is the section ashlar:backup.
type backupConfiguration struct {
	deployment.Switch
	// Schedule is the time between two backups.
	Schedule string `pulumi:"schedule" jsonschema:"format=go-duration,default=24h"`
}

func backup() deployment.Module {
	table := versions.Table{"archiver": {
		Default: "2.3.1",
		Versions: []versions.Release{
			{Version: "2.4.0", Kubernetes: ">=1.32 <1.40"}, {Version: "2.3.1", Kubernetes: ">=1.30 <1.40"},
		},
	}}
	return deployment.NewModule("backup", nil, func(ctx *deployment.Context, c *backupConfiguration) error {
		archiver, err := ctx.Versions().Resolve(ctx.Context.Context(), "archiver", versions.WithKubernetes("1.37"))
		if err != nil {
			return err
		}
		found, err := credentials.New().AWS(credentials.AWSRequest{Provider: "backup"})
		if err != nil {
			return err
		}
		ctx.Logger().Info("backup", "archiver", archiver, "credentials", found, "schedule", c.Schedule)
		ctx.Publish("archiver", pulumi.String(archiver.String()))
		ctx.Publish("credentials", pulumi.String(found.Source.String()))
		return nil
	}, deployment.WithVersions(table))
}
