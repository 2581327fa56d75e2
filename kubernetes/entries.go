package kubernetes

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// entry is an entry of the section that is deployed to a cluster.
type entry interface {
	// placement returns where the entry is deployed.
	placement() placement
	// deploy creates the component of the entry, and returns it with its stack output. Nil means no output.
	deploy(d *deployer, name string, on ...pulumi.ResourceOption) (pulumi.Resource, pulumi.Map, error)
}

// placement is where an entry is deployed, as the section has it.
type placement struct {
	// cluster is the name of a cluster, or empty for the only one.
	cluster string
	// namespace is the name of an entry of namespaces, or empty.
	namespace string
	// additional gives an entry without a namespace an additional one with its name.
	additional bool
	// podSecurity is the Pod Security Standard that the additional namespace enforces. Default: restricted.
	podSecurity namespace.PodSecurityLevel
	// dependsOn lists the entries that are deployed before this one, as KIND/NAME.
	dependsOn []string
}

// kind is a map of entries in the section.
type kind struct {
	// key is the key of the map, such as applications.
	key     string
	entries map[string]entry
}

// kindOf returns the kind of a map of the section.
func kindOf[E entry](key string, named config.Named[E]) kind {
	k := kind{key: key, entries: map[string]entry{}}
	for name, e := range named {
		k.entries[name] = e
	}
	return k
}

// kinds returns the entries that are deployed to clusters, in the order in which they are deployed unless they depend on
// each other.
func (c *Configuration) kinds() []kind {
	return []kind{
		kindOf("namespaces", c.Namespaces),
		kindOf("meshes", c.Meshes),
		kindOf("serviceAccounts", c.ServiceAccounts),
		kindOf("configMaps", c.ConfigMaps),
		kindOf("secrets", c.Secrets),
		kindOf("manifests", c.Manifests),
		kindOf("addons", c.Addons),
		kindOf("releases", c.Releases),
		kindOf("applications", c.Applications),
		kindOf("daemonSets", c.DaemonSets),
		kindOf("jobs", c.Jobs),
		kindOf("cronJobs", c.CronJobs),
		kindOf("gateways", c.Gateways),
		kindOf("routes", c.Routes),
	}
}

// noun returns what an entry of a kind is, such as application.
func (k kind) noun() string { return strings.TrimSuffix(k.key, "s") }

// names returns the names of the entries in alphabetical order.
func (k kind) names() []string { return config.Named[entry](k.entries).Names() }

// additionalTo returns the name of the additional namespace of an entry, or "".
func (p placement) additionalTo(name string) string {
	if p.namespace == "" && p.additional {
		return name
	}
	return ""
}

// own returns the arguments of the additional namespace.
func (p placement) own() *namespace.NamespaceArgs {
	return &namespace.NamespaceArgs{PodSecurity: &namespace.PodSecurity{Enforce: p.podSecurity}}
}

// reference returns the name of an entry in the list of dependencies of another one.
func reference(key, name string) string { return key + "/" + name }

// checkEntries reports references of entries that do not resolve.
func (c *Configuration) checkEntries(report *config.Report) {
	owners := map[string]string{} // The keys of entries with additional namespaces by name.
	for _, k := range c.kinds() {
		for _, name := range k.names() {
			place := k.entries[name].placement()
			at := []string{k.key, name}
			c.Clusters.CheckReference(report, append(slices.Clone(at), "cluster"), "cluster", place.cluster)
			c.checkNamespace(report, at, k.noun(), place)
			c.checkAdditional(report, k.key, name, place, owners)
		}
	}
	c.checkOrder(report)
}

// checkNamespace reports the namespace of an entry at a path.
func (c *Configuration) checkNamespace(report *config.Report, at []string, noun string, place placement) {
	if place.namespace == "" {
		name := place.additionalTo(at[1])
		if name == "" {
			return
		}
		if apirules.IsSystemNamespace(name) {
			report.Add(at, "%s, and the default namespace of the %s has its name: set namespace", apirules.SystemNamespace(name), noun)
		}
		if _, taken := c.Namespaces[name]; taken {
			report.Add(at, "ambiguous namespace: %q is an entry of namespaces, and the default namespace of the %s: set namespace",
				name, noun)
		}
		return
	}
	at = append(slices.Clone(at), "namespace")
	ns, ok := c.Namespaces[place.namespace]
	switch {
	case !ok:
		report.Add(at, "unknown namespace %q, %s", place.namespace, config.Suggest(place.namespace, c.Namespaces.Names()))
	case c.Clusters.Resolve(ns.Cluster) != c.Clusters.Resolve(place.cluster):
		report.Add(at, "namespace %q is in cluster %q, the %s is in %q: use a namespace of the same cluster",
			place.namespace, c.Clusters.Resolve(ns.Cluster), noun, c.Clusters.Resolve(place.cluster))
	}
}

// checkAdditional reports an additional namespace that an entry of another kind has in another cluster: the components would
// have one name. In one cluster, the names of the namespaces are claimed.
func (c *Configuration) checkAdditional(report *config.Report, key, name string, place placement, owners map[string]string) {
	own := place.additionalTo(name)
	if own == "" {
		return
	}
	owner, taken := owners[own]
	if !taken {
		owners[own] = key
		return
	}
	for _, k := range c.kinds() {
		if k.key == owner && c.Clusters.Resolve(k.entries[own].placement().cluster) != c.Clusters.Resolve(place.cluster) {
			report.Add([]string{key, name}, "ambiguous namespace: %q is the default namespace of %s, too: set namespace",
				own, reference(owner, own))
		}
	}
}

// checkOrder reports dependencies on unknown entries, and cycles.
func (c *Configuration) checkOrder(report *config.Report) {
	var all []string
	for _, k := range c.kinds() {
		for _, name := range k.names() {
			all = append(all, reference(k.key, name))
		}
	}
	for _, k := range c.kinds() {
		for _, name := range k.names() {
			for i, on := range k.entries[name].placement().dependsOn {
				if !slices.Contains(all, on) {
					report.Add([]string{k.key, name, "dependsOn", strconv.Itoa(i)}, "unknown entry %q, %s", on, config.Suggest(on, all))
				}
			}
		}
	}
	_, err := c.order()
	for _, cycle := range cyclesOf(err) {
		key, name, _ := strings.Cut(cycle.Names[0], "/")
		report.Add([]string{key, name}, "%s: remove one of the references", cycle)
	}
}

// cyclesOf returns the cycles that an error consists of.
func cyclesOf(err error) []*deployment.CycleError {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		var out []*deployment.CycleError
		for _, one := range joined.Unwrap() {
			out = append(out, cyclesOf(one)...)
		}
		return out
	}
	var cycle *deployment.CycleError
	if errors.As(err, &cycle) {
		return []*deployment.CycleError{cycle}
	}
	return nil
}

// order returns all entries, as KIND/NAME, each after those it depends on.
func (c *Configuration) order() ([]string, error) {
	var all []string
	places := map[string]placement{}
	for _, k := range c.kinds() {
		for _, name := range k.names() {
			key := reference(k.key, name)
			all = append(all, key)
			places[key] = k.entries[name].placement()
		}
	}
	return deployment.Order(all, func(key string) []string {
		place := places[key]
		out := c.dependsOn(key, place)
		if place.namespace != "" {
			out = append(out, reference("namespaces", place.namespace))
		}
		return out
	})
}

// dependsOn returns the entries that one depends on, as KIND/NAME: those of its dependsOn, the add-ons that an add-on needs,
// and the mesh of its cluster.
func (c *Configuration) dependsOn(key string, place placement) []string {
	out := slices.Clone(place.dependsOn)
	if name, ok := strings.CutPrefix(key, "addons/"); ok {
		out = append(out, c.addonsBefore(name)...)
	}
	if !place.additional {
		return out
	}
	for _, name := range c.Meshes.Names() {
		m := c.Meshes[name]
		// Pods get the proxy of a mesh when they are created.
		if c.Clusters.Resolve(m.Cluster) == c.Clusters.Resolve(place.cluster) && !slices.Contains(m.DependsOn, key) {
			out = append(out, reference("meshes", name))
		}
	}
	return out
}

// addEntries deploys all entries in order, and publishes their outputs by kind and name.
func (d *deployer) addEntries() error {
	order, err := d.config.order()
	if err != nil {
		return err
	}
	kinds, outputs := map[string]kind{}, map[string]pulumi.Map{}
	for _, k := range d.config.kinds() {
		kinds[k.key] = k
	}
	deployed := map[string]pulumi.Resource{}
	for _, key := range order {
		in, name, _ := strings.Cut(key, "/")
		e := kinds[in].entries[name]
		place := e.placement()
		var opts []pulumi.ResourceOption
		for _, on := range d.config.dependsOn(key, place) {
			opts = append(opts, component.DependsOn(deployed[on]))
		}
		on, err := d.on(place.cluster)
		if err != nil {
			return err
		}
		if own := place.additionalTo(name); own != "" {
			if _, err := d.addNamespace(own, place.own(), on); err != nil {
				return d.ctx.Locate(err, in, name)
			}
		}
		resource, output, err := e.deploy(d, name, append(opts, on)...)
		if err != nil {
			return d.ctx.Locate(err, in, name)
		}
		deployed[key] = resource
		if output != nil {
			if outputs[in] == nil {
				outputs[in] = pulumi.Map{}
			}
			outputs[in][name] = output
		}
	}
	for _, k := range d.config.kinds() {
		if out := outputs[k.key]; out != nil {
			d.ctx.Publish(k.key, out)
		}
	}
	return nil
}

// namespaceOf returns the name in the cluster of the namespace of an entry. What refers to it depends on the namespace.
func (d *deployer) namespaceOf(e entry, name string) pulumi.StringInput {
	place := e.placement()
	return d.namespaces[cmp.Or(place.namespace, place.additionalTo(name))]
}
