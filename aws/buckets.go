package aws

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"

	"github.com/ashlar-iac/ashlar/aws/s3"
	"github.com/ashlar-iac/ashlar/core/config"
)

// targets returns the entries that a bucket refers to, by the path of the reference.
func (e *BucketConfiguration) targets() map[string]string {
	out := map[string]string{}
	if e.LogTo != "" {
		out["logTo"] = e.LogTo
	}
	for i, name := range e.ReplicateTo {
		out["replicateTo."+strconv.Itoa(i)] = name
	}
	return out
}

// checkBuckets reports problems of references between buckets.
func (c *Configuration) checkBuckets(report *config.Report) {
	for _, name := range c.Buckets.Names() {
		c.checkBucket(report, name)
	}
	var circles topo.Unorderable
	names := c.Buckets.Names()
	if _, err := c.bucketOrder(); errors.As(err, &circles) {
		for _, circle := range circles {
			var in []string
			for _, node := range circle {
				in = append(in, names[node.ID()])
			}
			slices.Sort(in)
			report.Add([]string{"buckets", in[0]}, "circular references between %s: use a separate bucket as the target",
				strings.Join(in, ", "))
		}
	}
}

func (c *Configuration) checkBucket(report *config.Report, name string) {
	e := c.Buckets[name]
	c.checkTargets(report, name)
	targets := e.targets()
	for _, key := range slices.Sorted(maps.Keys(targets)) {
		other := targets[key]
		at := append([]string{"buckets", name}, strings.Split(key, ".")...)
		target, ok := c.Buckets[other]
		switch {
		case other == name:
			report.Add(at, "the bucket refers to itself: use another bucket")
		case !ok:
			report.Add(at, "unknown bucket %q, %s", other, config.Suggest(other, c.Buckets.Names()))
		case key != "logTo":
			c.checkReplica(report, at, other, e, target)
		default:
			c.same(report, at, e.Provider, "bucket", other, target.Provider)
			if target.LogTarget == nil || !target.LogTarget.AccessLogs {
				report.Add(at, "bucket %q does not accept access logs: set buckets.%s.logTarget.accessLogs", other, other)
			}
			if e.Logging != nil && e.Logging.Bucket != nil {
				report.Add(at, "logTo and logging.bucket are mutually exclusive")
			}
		}
	}
}

// checkTargets runs the checks of a bucket's constructor for targets that are not references.
func (c *Configuration) checkTargets(report *config.Report, name string) {
	e := c.Buckets[name]
	args := e.BucketArgs
	if e.LogTo != "" {
		args.Logging = nil
	}
	if len(e.ReplicateTo) > 0 {
		args.Replication = maps.Clone(args.Replication)
		for _, other := range e.ReplicateTo {
			delete(args.Replication, other)
		}
	}
	args.ValidateArguments(report.At("buckets", name))
}

func (c *Configuration) checkReplica(report *config.Report, at []string, other string, e, target *BucketConfiguration) {
	if e.Replication[other].BucketARN != nil {
		report.Add(at, "replicateTo and replication.%s.bucketArn are mutually exclusive", other)
	}
	if target.Versioning != "" && target.Versioning != s3.VersioningEnabled {
		report.Add(at, "bucket %q has no versioning, which replication requires: set buckets.%s.versioning to Enabled", other,
			other)
	}
}

// bucketOrder returns the buckets, each after those that it refers to. The error is a topo.Unorderable.
func (c *Configuration) bucketOrder() ([]string, error) {
	names := c.Buckets.Names()
	g := simple.NewDirectedGraph()
	for i := range names {
		g.AddNode(simple.Node(i))
	}
	for i, name := range names {
		e := c.Buckets[name]
		for _, other := range e.targets() {
			if j, ok := slices.BinarySearch(names, other); ok && i != j {
				g.SetEdge(simple.Edge{F: simple.Node(j), T: simple.Node(i)})
			}
		}
	}
	order, err := topo.SortStabilized(g, nil)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(order))
	for i, node := range order {
		out[i] = names[node.ID()]
	}
	return out, nil
}

func (d *deployer) addBuckets() error {
	order, err := d.config.bucketOrder()
	if err != nil {
		return err
	}
	created := map[string]*s3.Bucket{}
	return each(d, "buckets", order, func(name string) string { return d.config.Buckets[name].Provider },
		func(name string, on pulumi.ResourceOption) (pulumi.Map, error) {
			b, err := s3.NewBucket(d.ctx.Context, name, d.bucket(name, created), on)
			if err != nil {
				return nil, err
			}
			created[name] = b
			return pulumi.Map{"name": b.Name, "arn": b.ARN}, nil
		})
}

// bucket returns the arguments of a bucket. References are replaced by the buckets created before.
func (d *deployer) bucket(name string, created map[string]*s3.Bucket) *s3.BucketArgs {
	e := d.config.Buckets[name]
	if e.LogTo == "" && len(e.ReplicateTo) == 0 {
		return &e.BucketArgs
	}
	args := e.BucketArgs
	if e.LogTo != "" {
		var logging s3.Logging
		if args.Logging != nil {
			logging = *args.Logging
		}
		logging.Bucket = created[e.LogTo].Name
		args.Logging = &logging
	}
	if len(e.ReplicateTo) == 0 {
		return &args
	}
	args.Replication = config.Named[s3.Replica]{}
	maps.Copy(args.Replication, e.Replication)
	for _, other := range e.ReplicateTo {
		r := args.Replication[other]
		r.BucketARN = created[other].ARN
		encryption := d.config.Buckets[other].Encryption
		if r.KMSKeyARN == nil && encryption != nil &&
			strings.HasPrefix(string(encryption.Algorithm), string(s3.AlgorithmKMS)) {
			r.KMSKeyARN = created[other].KeyARN.Elem()
		}
		args.Replication[other] = r
	}
	return &args
}
