package workload

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
)

// Volume is a volume of a pod. It has one source: an existing claim, ConfigMap or Secret, projected sources or a CSI
// driver. Without a source it is an empty directory that lives as long as the pod.
type Volume struct {
	// Path is the absolute path of the volume in the main container. Default: the main container does not mount the whole
	// volume.
	Path string `pulumi:"path,optional"`
	// SubPaths maps absolute paths in the main container to paths within the volume. Such a file or directory is not
	// updated when the volume changes. Default: none.
	SubPaths map[string]string `pulumi:"subPaths,optional"`
	// ReadOnly mounts the volume read-only in the main container. Default: true for ConfigMaps, Secrets and projected
	// volumes, which are always read-only, and for CSI drivers; otherwise false.
	ReadOnly *bool `pulumi:"readOnly,optional"`
	// Medium is where an empty directory is stored. Memory counts towards the memory limit of the container that writes
	// to it. Default: the disk of the node.
	Medium Medium `pulumi:"medium,optional" jsonschema:"enum=Memory"`
	// SizeLimit is the maximum size of an empty directory, such as 1Gi. A pod that exceeds it is evicted. Default: none.
	SizeLimit string `pulumi:"sizeLimit,optional"`
	// Claim is the name of an existing PersistentVolumeClaim. Default: none.
	Claim pulumi.StringInput `pulumi:"claim,optional"`
	// ConfigMap is the name of an existing ConfigMap. Default: none.
	ConfigMap pulumi.StringInput `pulumi:"configMap,optional"`
	// Secret is the name of an existing Secret. Default: none.
	Secret pulumi.StringInput `pulumi:"secret,optional"`
	// Projected lists sources that share one directory. Default: none.
	Projected []Projection `pulumi:"projected,optional"`
	// CSI is a CSI driver that creates the volume for the pod. Default: none.
	CSI *CSIVolume `pulumi:"csi,optional"`
}

// Medium is where an empty directory is stored.
type Medium string

// MediumMemory stores an empty directory in memory.
const MediumMemory Medium = "Memory"

// Projection is a source of a projected volume: a ConfigMap, a Secret or a service account token.
type Projection struct {
	// ConfigMap is the name of an existing ConfigMap. Default: none.
	ConfigMap pulumi.StringInput `pulumi:"configMap,optional"`
	// Secret is the name of an existing Secret. Default: none.
	Secret pulumi.StringInput `pulumi:"secret,optional"`
	// ServiceAccountToken is a token of the pods' service account. Default: none.
	ServiceAccountToken *ServiceAccountToken `pulumi:"serviceAccountToken,optional"`
}

// ServiceAccountToken is a token of the pods' service account that the kubelet rotates.
type ServiceAccountToken struct {
	// Audience is the recipient of the token, which must reject tokens for others. Required.
	Audience string `pulumi:"audience" jsonschema:"required,minLength=1"`
	// Path is the path of the file within the volume.
	Path string `pulumi:"path,optional" jsonschema:"default=token"`
	// ExpirationSeconds is the lifetime of the token, in seconds.
	ExpirationSeconds *int `pulumi:"expirationSeconds,optional" jsonschema:"default=3600,minimum=600,maximum=4294967296"`
}

// CSIVolume is an ephemeral volume of a CSI driver, such as that of the Secrets Store.
type CSIVolume struct {
	// Driver is the name of the driver, such as secrets-store.csi.k8s.io. Required.
	Driver string `pulumi:"driver" jsonschema:"required,minLength=1"`
	// Attributes are passed to the driver. They are not for secrets. Default: none.
	Attributes pulumi.StringMapInput `pulumi:"attributes,optional" config:"plain"`
	// Secret is the name of a Secret with credentials for the driver. Default: none.
	Secret pulumi.StringInput `pulumi:"secret,optional"`
	// FSType is the file system of the volume. Default: that of the driver.
	FSType string `pulumi:"fsType,optional"`
}

// Mount mounts a volume in an additional container. One of path and subPaths is required.
type Mount struct {
	// Path is the absolute path of the volume in the container. Default: the container does not mount the whole volume.
	Path string `pulumi:"path,optional"`
	// SubPaths maps absolute paths in the container to paths within the volume. Such a file or directory is not updated
	// when the volume changes. Default: none.
	SubPaths map[string]string `pulumi:"subPaths,optional"`
	// ReadOnly mounts the volume read-only in the container. Default: true for ConfigMaps, Secrets and projected volumes,
	// which are always read-only, and for CSI drivers; otherwise false.
	ReadOnly *bool `pulumi:"readOnly,optional"`
}

// Files are keys of a ConfigMap that are mounted as files.
type Files struct {
	// ConfigMap is the name of the ConfigMap. Required.
	ConfigMap pulumi.StringInput `pulumi:"configMap" jsonschema:"required"`
	// Paths maps the absolute path of each file to a key of the ConfigMap. Required.
	Paths map[string]string `pulumi:"paths" jsonschema:"required"`
}

// Claim is a persistent volume claim of which each pod of a [StatefulSet] has its own.
type Claim struct {
	// Size is the size of the volume, such as 10Gi. Required.
	Size string `pulumi:"size" jsonschema:"required,minLength=1"`
	// StorageClass is the name of the storage class. Default: that of the cluster.
	StorageClass pulumi.StringInput `pulumi:"storageClass,optional"`
	// AccessModes are the access modes of the volume. Default: ReadWriteOnce.
	AccessModes []AccessMode `pulumi:"accessModes,optional" jsonschema:"enum=ReadWriteOnce,enum=ReadWriteOncePod,enum=ReadWriteMany,enum=ReadOnlyMany"`
	// Path is the absolute path of the volume in the main container. Default: the main container does not mount the whole
	// volume.
	Path string `pulumi:"path,optional"`
	// SubPaths maps absolute paths in the main container to paths within the volume. Default: none.
	SubPaths map[string]string `pulumi:"subPaths,optional"`
	// ReadOnly mounts the volume read-only in the main container. Default: false.
	ReadOnly *bool `pulumi:"readOnly,optional"`
}

// AccessMode is how a volume can be mounted.
type AccessMode string

// The access modes.
const (
	ReadWriteOnce    AccessMode = "ReadWriteOnce"
	ReadWriteOncePod AccessMode = "ReadWriteOncePod"
	ReadWriteMany    AccessMode = "ReadWriteMany"
	ReadOnlyMany     AccessMode = "ReadOnlyMany"
)

// ClaimRetention decides what happens to the claims of a [StatefulSet] whose pods are no longer needed.
type ClaimRetention struct {
	// WhenDeleted is what happens to all claims when the StatefulSet is deleted, also by a replacement: Retain or Delete.
	WhenDeleted Retention `pulumi:"whenDeleted,optional" jsonschema:"enum=Retain,enum=Delete,default=Retain"`
	// WhenScaled is what happens to the claims of a pod that is removed by scaling: Retain or Delete.
	WhenScaled Retention `pulumi:"whenScaled,optional" jsonschema:"enum=Retain,enum=Delete,default=Retain"`
}

// Retention is what happens to a claim that is no longer needed.
type Retention string

// The kinds of retention.
const (
	Retain Retention = "Retain"
	Delete Retention = "Delete"
)

const (
	// filesVolume is the name of the volume that holds the files of a ConfigMap.
	filesVolume = "files"
	// emptyPrefix starts the names of the empty volumes of writable paths.
	emptyPrefix = "writable-"
)

var (
	_ config.Validator = (*Volume)(nil)
	_ config.Validator = (*Projection)(nil)
	_ config.Validator = (*ServiceAccountToken)(nil)
	_ config.Validator = (*CSIVolume)(nil)
	_ config.Validator = (*Claim)(nil)
)

// sources returns the keys of the sources that are set.
func (v *Volume) sources() []string {
	var out []string
	for _, s := range []struct {
		key string
		set bool
	}{
		{"claim", v.Claim != nil}, {"configMap", v.ConfigMap != nil}, {"secret", v.Secret != nil},
		{"projected", len(v.Projected) > 0}, {"csi", v.CSI != nil},
	} {
		if s.set {
			out = append(out, s.key)
		}
	}
	return out
}

// readOnly reports whether the source is read-only by default, and whether it always is.
func (v *Volume) readOnly() (byDefault, always bool) {
	always = v.ConfigMap != nil || v.Secret != nil || len(v.Projected) > 0
	return always || v.CSI != nil, always
}

// Validate implements config.Validator.
func (v *Volume) Validate(report *config.Report) {
	sources := v.sources()
	if len(sources) > 1 {
		report.Add(nil, "%s are mutually exclusive: set one of them", strings.Join(sources, " and "))
	}
	if len(sources) > 0 && (v.Medium != "" || v.SizeLimit != "") {
		report.Add(nil, "medium and sizeLimit are for empty directories: remove them, or %s", sources[0])
	}
	if v.SizeLimit != "" {
		if _, problem := apirules.Memory(v.SizeLimit); problem != "" {
			report.Add([]string{"sizeLimit"}, "%s", problem)
		}
	}
	apirules.ObjectName.Check(report, []string{"claim"}, v.Claim)
	apirules.ObjectName.Check(report, []string{"configMap"}, v.ConfigMap)
	apirules.ObjectName.Check(report, []string{"secret"}, v.Secret)
}

// Validate implements config.Validator.
func (p *Projection) Validate(report *config.Report) {
	set := 0
	for _, given := range []bool{p.ConfigMap != nil, p.Secret != nil, p.ServiceAccountToken != nil} {
		if given {
			set++
		}
	}
	if set != 1 {
		report.Add(nil, "found %d sources: set one of configMap, secret and serviceAccountToken", set)
	}
	apirules.ObjectName.Check(report, []string{"configMap"}, p.ConfigMap)
	apirules.ObjectName.Check(report, []string{"secret"}, p.Secret)
}

// Validate implements config.Validator.
func (t *ServiceAccountToken) Validate(report *config.Report) {
	if problem := apirules.WithinProblem(t.Path); problem != "" {
		report.Add([]string{"path"}, "%s", problem)
	}
}

// Validate implements config.Validator.
func (c *CSIVolume) Validate(report *config.Report) {
	// Source: "CSIDriver v1 storage.k8s.io", Kubernetes API reference.
	if len(validation.IsDNS1123Subdomain(strings.ToLower(c.Driver))) > 0 || len(c.Driver) > 63 {
		report.Add([]string{"driver"}, "found the string %q, expected a name such as secrets-store.csi.k8s.io", c.Driver)
	}
	apirules.ObjectName.Check(report, []string{"secret"}, c.Secret)
}

// Validate implements config.Validator.
func (c *Claim) Validate(report *config.Report) {
	if _, problem := apirules.Memory(c.Size); problem != "" {
		report.Add([]string{"size"}, "%s", problem)
	}
	apirules.ObjectName.Check(report, []string{"storageClass"}, c.StorageClass)
	// Source: "PersistentVolumes, Access Modes", Kubernetes documentation.
	if slices.Contains(c.AccessModes, ReadWriteOncePod) && len(c.AccessModes) > 1 {
		report.Add([]string{"accessModes"}, "ReadWriteOncePod excludes other access modes: remove them")
	}
}

// check reports files that cannot be mounted.
func (f *Files) check(report *config.Report, writablePaths []string) {
	at := []string{"files", "paths"}
	paths := slices.Sorted(maps.Keys(f.Paths))
	for _, p := range paths {
		if problem := apirules.FileProblem(p); problem != "" {
			report.Add(slices.Concat(at, []string{p}), "%s", problem)
		}
		apirules.DataKey.Check(report, slices.Concat(at, []string{p}), pulumi.String(f.Paths[p]))
	}
	apirules.CheckFiles(report, at, paths, writablePaths)
	apirules.ObjectName.Check(report, []string{"files", "configMap"}, f.ConfigMap)
}

// checkVolumes reports volumes that the API server rejects, and those that no container mounts.
func (p *pod) checkVolumes(report *config.Report) {
	mounted := map[string]bool{}
	for _, c := range p.containers() {
		for name := range c.mounts {
			mounted[name] = true
		}
	}
	check := func(option, name string) {
		at := []string{option, name}
		switch {
		case name == filesVolume || strings.HasPrefix(name, emptyPrefix):
			report.Add(at, "the name %s is used for files and writable paths: use another name", name)
		case !mounted[name]:
			report.Add(at, "no container mounts the volume: set path or subPaths, or mount it in another container")
		}
	}
	for _, name := range p.volumes.Names() {
		check("volumes", name)
	}
	for _, name := range p.claims.Names() {
		check("claims", name)
		if _, ok := p.volumes[name]; ok {
			report.Add([]string{"claims", name}, "%s has the same name: use another one", report.Locate("volumes", name))
		}
	}
}

// mainMounts returns the mounts of the main container, which are options of the volumes.
func (p *pod) mainMounts() config.Named[Mount] {
	out := config.Named[Mount]{}
	add := func(name string, m Mount) {
		if m.Path != "" || len(m.SubPaths) > 0 {
			out[name] = m
		}
	}
	for name, v := range p.volumes {
		add(name, Mount{v.Path, v.SubPaths, v.ReadOnly})
	}
	for name, c := range p.claims {
		add(name, Mount{c.Path, c.SubPaths, c.ReadOnly})
	}
	return out
}

// mountOption returns the path of the option that has the mount of a volume.
func (c *container) mountOption(p *pod, volume string) []string {
	if c.at != nil {
		return []string{"mounts", volume}
	}
	if _, ok := p.claims[volume]; ok {
		return []string{"claims", volume}
	}
	return []string{"volumes", volume}
}

// checkMounts reports mounts that the API server rejects. report is at the options of the container.
func (c *container) checkMounts(report *config.Report, p *pod) {
	taken := map[string]string{}
	for _, path := range c.emptyPaths() {
		taken[path] = "a writable directory"
	}
	if c.files != nil {
		c.files.check(report, c.writable)
		for path := range c.files.Paths {
			taken[path] = "a file of files.paths"
		}
	}
	for _, name := range c.mounts.Names() {
		m, at := c.mounts[name], c.mountOption(p, name)
		mount := func(option []string, target string) {
			clean := path.Clean(target)
			if problem := apirules.DirectoryProblem(target); problem != "" {
				report.Add(option, "%s", problem)
			} else if other, ok := taken[clean]; ok {
				report.Add(option, "%s is %s: use another path", clean, other)
			} else {
				taken[clean] = "the path of the volume " + name
			}
		}
		if m.Path != "" {
			mount(slices.Concat(at, []string{"path"}), m.Path)
		}
		for _, target := range slices.Sorted(maps.Keys(m.SubPaths)) {
			option := slices.Concat(at, []string{"subPaths", target})
			mount(option, target)
			if problem := apirules.WithinProblem(m.SubPaths[target]); problem != "" {
				report.Add(option, "%s", problem)
			}
		}
		volume, known := p.volumes[name]
		_, always := volume.readOnly()
		if _, claimed := p.claims[name]; !known && !claimed {
			report.Add(at, "unknown volume %q, %s", name, config.Suggest(name, p.volumeNames()))
		} else if m.Path == "" && len(m.SubPaths) == 0 {
			report.Add(at, "neither path nor subPaths: set one of them")
		}
		if always && !isTrue(m.ReadOnly) {
			report.Add(slices.Concat(at, []string{"readOnly"}), "%s volumes are always read-only: remove readOnly", volume.sources()[0])
		}
	}
}

// volumeNames returns the names of the volumes that containers can mount.
func (p *pod) volumeNames() []string { return slices.Concat(p.volumes.Names(), p.claims.Names()) }

// renderVolumes renders the volumes of the pod. Those of claims are added by the controller.
func (p *pod) renderVolumes() corev1.VolumeArray {
	var out corev1.VolumeArray
	for _, c := range p.containers() {
		for i := range c.emptyPaths() {
			out = append(out, &corev1.VolumeArgs{
				Name: pulumi.String(c.emptyName(i)), EmptyDir: &corev1.EmptyDirVolumeSourceArgs{},
			})
		}
		if c.files != nil {
			out = append(out, &corev1.VolumeArgs{
				Name:      pulumi.String(filesVolume),
				ConfigMap: &corev1.ConfigMapVolumeSourceArgs{Name: c.files.ConfigMap.ToStringOutput()},
			})
		}
	}
	for _, name := range p.volumes.Names() {
		v := p.volumes[name]
		out = append(out, v.render(name))
	}
	return out
}

// render renders a volume.
func (v *Volume) render(name string) *corev1.VolumeArgs {
	out := &corev1.VolumeArgs{Name: pulumi.String(name)}
	resolved := func(value pulumi.StringInput, keys ...string) pulumi.StringOutput {
		option := config.Path(slices.Concat([]string{"volumes", name}, keys)...)
		return apirules.ObjectName.Resolved(option, value).ToStringOutput()
	}
	switch {
	case v.Claim != nil:
		out.PersistentVolumeClaim = &corev1.PersistentVolumeClaimVolumeSourceArgs{ClaimName: resolved(v.Claim, "claim")}
	case v.ConfigMap != nil:
		out.ConfigMap = &corev1.ConfigMapVolumeSourceArgs{Name: resolved(v.ConfigMap, "configMap")}
	case v.Secret != nil:
		out.Secret = &corev1.SecretVolumeSourceArgs{SecretName: resolved(v.Secret, "secret")}
	case len(v.Projected) > 0:
		var sources corev1.VolumeProjectionArray
		for i, p := range v.Projected {
			sources = append(sources, p.render(strconv.Itoa(i), resolved))
		}
		out.Projected = &corev1.ProjectedVolumeSourceArgs{Sources: sources}
	case v.CSI != nil:
		out.Csi = v.CSI.render(isTrue(v.ReadOnly), resolved)
	default:
		out.EmptyDir = v.renderEmpty()
	}
	return out
}

func (v *Volume) renderEmpty() *corev1.EmptyDirVolumeSourceArgs {
	out := &corev1.EmptyDirVolumeSourceArgs{}
	if v.Medium != "" {
		out.Medium = pulumi.String(v.Medium)
	}
	if v.SizeLimit != "" {
		out.SizeLimit = pulumi.String(apirules.Canonical(v.SizeLimit))
	}
	return out
}

// resolver returns the name of an object that is an option of a volume.
type resolver func(name pulumi.StringInput, keys ...string) pulumi.StringOutput

func (p *Projection) render(index string, resolved resolver) *corev1.VolumeProjectionArgs {
	out := &corev1.VolumeProjectionArgs{}
	switch {
	case p.ConfigMap != nil:
		out.ConfigMap = &corev1.ConfigMapProjectionArgs{Name: resolved(p.ConfigMap, "projected", index, "configMap")}
	case p.Secret != nil:
		out.Secret = &corev1.SecretProjectionArgs{Name: resolved(p.Secret, "projected", index, "secret")}
	default:
		out.ServiceAccountToken = &corev1.ServiceAccountTokenProjectionArgs{
			Audience:          pulumi.String(p.ServiceAccountToken.Audience),
			Path:              pulumi.String(p.ServiceAccountToken.Path),
			ExpirationSeconds: pulumi.Int(*p.ServiceAccountToken.ExpirationSeconds),
		}
	}
	return out
}

func (c *CSIVolume) render(readOnly bool, resolved resolver) *corev1.CSIVolumeSourceArgs {
	out := &corev1.CSIVolumeSourceArgs{
		Driver: pulumi.String(c.Driver), ReadOnly: pulumi.Bool(readOnly), VolumeAttributes: c.Attributes,
	}
	if c.FSType != "" {
		out.FsType = pulumi.String(c.FSType)
	}
	if c.Secret != nil {
		out.NodePublishSecretRef = &corev1.LocalObjectReferenceArgs{Name: resolved(c.Secret, "csi", "secret")}
	}
	return out
}

// volumeMounts renders the mounts of a container.
func (c *container) volumeMounts(p *pod) corev1.VolumeMountArray {
	var out corev1.VolumeMountArray
	add := func(volume, target, within string, readOnly bool) {
		m := &corev1.VolumeMountArgs{Name: pulumi.String(volume), MountPath: pulumi.String(target)}
		if within != "" {
			m.SubPath = pulumi.String(within)
		}
		if readOnly {
			m.ReadOnly = pulumi.Bool(true)
		}
		out = append(out, m)
	}
	for i, target := range c.emptyPaths() {
		add(c.emptyName(i), target, "", false)
	}
	if c.files != nil {
		for _, target := range slices.Sorted(maps.Keys(c.files.Paths)) {
			add(filesVolume, target, c.files.Paths[target], true)
		}
	}
	for _, name := range c.mounts.Names() {
		m, volume := c.mounts[name], p.volumes[name]
		readOnly, _ := volume.readOnly()
		if m.ReadOnly != nil {
			readOnly = *m.ReadOnly
		}
		if m.Path != "" {
			add(name, path.Clean(m.Path), "", readOnly)
		}
		for _, target := range slices.Sorted(maps.Keys(m.SubPaths)) {
			add(name, path.Clean(target), m.SubPaths[target], readOnly)
		}
	}
	return out
}
