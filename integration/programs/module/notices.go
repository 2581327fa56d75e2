package main

import (
	"maps"
	"slices"

	sdk "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/provider"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// acme is a compliance framework of an organization.
var acme = compliance.Framework{ID: "acme", Title: "Acme baseline", Version: "3"}

// noticesConfiguration is the section ashlar:notices.
type noticesConfiguration struct {
	deployment.Switch
	// Cluster is the name of a cluster of the section kubernetes.
	Cluster string `pulumi:"cluster" jsonschema:"required"`
	// Notices are the texts, by name.
	Notices config.Named[noticeConfiguration] `pulumi:"notices"`
}

type noticeConfiguration struct {
	Text    string `pulumi:"text" jsonschema:"required"`
	Contact string `pulumi:"contact"`
}

var _ config.Validator = (*noticesConfiguration)(nil)

// Validate implements config.Validator: the cluster is checked before anything is registered.
func (c *noticesConfiguration) Validate(report *config.Report) {
	known, _ := report.Names(kubernetes.ModuleName, "clusters")
	if c.Enabled && !slices.Contains(known, c.Cluster) {
		report.Add([]string{"cluster"}, "unknown cluster %q, %s", c.Cluster, config.Suggest(c.Cluster, known))
	}
}

// noticesModule provides its notices to other modules, which refer to them as notices/<name>.
func noticesModule() deployment.Module {
	return deployment.NewModule("notices", nil, deployNotices, deployment.DependsOn(kubernetes.ModuleName),
		deployment.Provides[*Notice]("notices"), deployment.WithFrameworks(acme))
}

func deployNotices(ctx *deployment.Context, c *noticesConfiguration) error {
	cluster, err := provider.Get[*sdk.Provider](ctx.Providers(), kubernetes.ModuleName, c.Cluster)
	if err != nil {
		return err
	}
	on := pulumi.Provider(cluster)
	// The output of the namespace, rather than its name, makes the engine wait for it.
	space, err := namespace.NewNamespace(ctx.Context, "notices", nil, on)
	if err != nil {
		return err
	}
	names := pulumi.StringMap{}
	for _, name := range slices.Sorted(maps.Keys(c.Notices)) {
		n, err := NewNotice(ctx.Context, name, &NoticeArgs{
			Namespace: space.Name, Text: c.Notices[name].Text, Contact: c.Notices[name].Contact,
		}, on)
		if err != nil {
			return err
		}
		if err := deployment.Provide(ctx, name, n); err != nil {
			return err
		}
		ctx.Logger().Debug("created", "notice", name)
		names[name] = n.Name
	}
	// A resource of the plain SDK gets labels as well.
	_, err = corev1.NewConfigMap(ctx.Context, "index", &corev1.ConfigMapArgs{
		Metadata: &metav1.ObjectMetaArgs{Namespace: space.Name.ToStringPtrOutput()}, Data: names,
	}, on)
	ctx.Publish("names", names)
	return err
}
