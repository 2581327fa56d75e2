package kubernetes

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// DaemonSetConfiguration is a DaemonSet to deploy. Its options shadow arguments of the DaemonSet that are outputs of other
// resources.
type DaemonSetConfiguration struct {
	workload.DaemonSetArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	// Namespace is the name of an entry of namespaces, in the same cluster. Default: an additional namespace with the
	// name of the DaemonSet.
	Namespace string `pulumi:"namespace"`
	// DependsOn lists entries that are deployed before this one, and destroyed after it: the kind, a slash and the name, such
	// as applications/api. Default: none. A change updates no object.
	DependsOn []string `pulumi:"dependsOn"`
}

// JobConfiguration is a Job to run. Its options shadow arguments of the Job that are outputs of other resources.
type JobConfiguration struct {
	workload.JobArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	// Namespace is the name of an entry of namespaces, in the same cluster. Default: an additional namespace with the
	// name of the Job.
	Namespace string `pulumi:"namespace"`
	// DependsOn lists entries that are deployed before this one, and destroyed after it: the kind, a slash and the name, such
	// as applications/api. Default: none. A change updates no object.
	DependsOn []string `pulumi:"dependsOn"`
}

// CronJobConfiguration is a CronJob to deploy. Its options shadow arguments of the CronJob that are outputs of other
// resources.
type CronJobConfiguration struct {
	workload.CronJobArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	// Namespace is the name of an entry of namespaces, in the same cluster. Default: an additional namespace with the
	// name of the CronJob.
	Namespace string `pulumi:"namespace"`
	// DependsOn lists entries that are deployed before this one, and destroyed after it: the kind, a slash and the name, such
	// as applications/api. Default: none. A change updates no object.
	DependsOn []string `pulumi:"dependsOn"`
}

func (e *DaemonSetConfiguration) placement() placement {
	return placement{cluster: e.Cluster, namespace: e.Namespace, additional: true, dependsOn: e.DependsOn}
}

func (e *DaemonSetConfiguration) deploy(
	d *deployer, name string, on ...pulumi.ResourceOption,
) (pulumi.Resource, pulumi.Map, error) {
	args := e.DaemonSetArgs
	args.Namespace = d.namespaceOf(e, name)
	s, err := workload.NewDaemonSet(d.ctx.Context, name, &args, on...)
	if err != nil {
		return nil, nil, err
	}
	return s, pulumi.Map{"name": s.Name, "namespace": s.Namespace}, nil
}

func (e *JobConfiguration) placement() placement {
	return placement{cluster: e.Cluster, namespace: e.Namespace, additional: true, dependsOn: e.DependsOn}
}

func (e *JobConfiguration) deploy(
	d *deployer, name string, on ...pulumi.ResourceOption,
) (pulumi.Resource, pulumi.Map, error) {
	args := e.JobArgs
	args.Namespace = d.namespaceOf(e, name)
	j, err := workload.NewJob(d.ctx.Context, name, &args, on...)
	if err != nil {
		return nil, nil, err
	}
	return j, pulumi.Map{"name": j.Name, "namespace": j.Namespace}, nil
}

func (e *CronJobConfiguration) placement() placement {
	return placement{cluster: e.Cluster, namespace: e.Namespace, additional: true, dependsOn: e.DependsOn}
}

func (e *CronJobConfiguration) deploy(
	d *deployer, name string, on ...pulumi.ResourceOption,
) (pulumi.Resource, pulumi.Map, error) {
	args := e.CronJobArgs
	args.Namespace = d.namespaceOf(e, name)
	c, err := workload.NewCronJob(d.ctx.Context, name, &args, on...)
	if err != nil {
		return nil, nil, err
	}
	return c, pulumi.Map{"name": c.Name, "namespace": c.Namespace}, nil
}
