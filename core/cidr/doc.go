// Package cidr divides a CIDR block into subnets, one for every tier in every zone. It supports AWS and Azure, IPv4 and
// IPv6.
//
//	a, err := cidr.Allocate(cidr.Plan{
//		Block: netip.MustParsePrefix("10.0.0.0/16"),
//		MaxPrefix: cidr.MaxPrefixAWS,
//		Zones: []cidr.Zone{{Name: "eu-west-1a", Slot: 1}, {Name: "eu-west-1b", Slot: 2}},
//		Tiers: []cidr.Tier{
//			{Name: "public", Slot: 1, Size: cidr.Prefix(24)},
//			{Name: "private", Slot: 2, Size: cidr.Hosts(4000)},
//			{Name: "data", Slot: 3, Size: cidr.Share(1, 8)},
//		},
//	})
//
// [Allocate] is a pure function without state: the same plan has the same result. Every subnet is aligned, within the
// block, disjoint from other subnets and avoided blocks, and not smaller than the cloud accepts.
//
// # Slots
//
// Without state, a subnet keeps its block only if the plan says what the block depends on: the slots. A zone has one
// of the zone slots, three by default. A tier has a slot in the order of placement. Slots are explicit and never
// derived from the order of a list or of names, so that a zone that sorts first, or a tier in the middle of a map,
// moves nothing.
//
// Tiers are placed in the order of their slots. Each tier uses one block of its size for every zone slot, with or
// without a zone, and always the lowest block that is free and aligned. The block of a subnet depends only on
//
//   - Block, ZoneSlots, Avoid and Recorded of the plan,
//   - Slot and Size of its own tier and of tiers in lower slots,
//   - the slot of its zone.
//
// # Changes that move nothing
//
//   - Add a zone in an unused slot. Every tier reserves space for it; tiers with Blocks need a block for it.
//   - Remove a zone: omit it, or set Retired while it has recorded or explicit blocks.
//   - Add a tier in the next slot, with Size or Blocks.
//   - Remove a tier: set Retired and keep the rest unchanged. A tier can be omitted if it has the last slot, or if all
//     subnets in higher slots are recorded. Otherwise, omitting it is an error.
//   - Rename a zone or a tier that has neither recorded nor explicit blocks.
//   - Reorder lists.
//   - Avoid a block where no subnet is and no space is reserved.
//   - Record the result of [Allocation.Record].
//
// Other changes move subnets that are not recorded: another Block, number of zone slots, slot or Size (of the tier
// and those in higher slots), and removing a block from Avoid or Recorded. [Allocate] cannot detect them, because it
// does not know the previous plan, unless subnets are recorded: these stay, and a plan that contradicts them is
// rejected.
//
// # Recorded subnets
//
// Recorded is for existing subnets: the result of [Allocation.Record], or the subnets of a network that was created by
// other means. They keep their blocks, which are reserved even when their tier or zone is retired. With everything
// recorded, tiers can be omitted, slots reassigned and zone slots added; new subnets use free space. A slot that became
// empty must be used again before a subnet is placed in a higher slot; the error says which.
//
// Removing a record frees its block. The cloud rejects an update that deletes a subnet and creates another one in its
// block, so free a block in one update and use it in the next. The same applies to the slot of a zone.
//
// # Density
//
// Alignment wastes no addresses: sizes can be in any order, and subnets fit whenever there are enough addresses,
// unless avoided, recorded or explicit blocks fragment the free space. Zones are not rounded up to a power of two
// either. Three zones with /18 subnets in a /16 leave a /18, which fits three /20, and so on. The subnets of a tier
// need not be adjacent.
//
// # Explicit blocks
//
// A tier with Blocks has explicit blocks, one for every zone. Placement does not avoid them, because an additional
// tier could then move others: an explicit block that overlaps another subnet is an error, which suggests a free
// block from the end of the plan's block. Existing subnets belong in Recorded, which placement avoids.
//
// # IPv6
//
// [Plan.IPv6] returns the plan for an IPv6 block of the same network. All its subnets are /64, so that their blocks
// depend on their own slots alone, and tiers can be omitted.
//
// # Errors
//
// The error contains everything that is wrong with the plan. Each problem has a path and says what to write instead:
//
//	for problem := range failure.All(err) {
//		var mistake *cidr.PlanError
//		if errors.As(problem, &mistake) {
//			report.Add(mistake.Path, "%s", mistake.Message)
//		}
//	}
//
// Blocks with host bits are rejected, not rounded. When the block is too small, a [*SpaceError] has the number of
// missing addresses, the block that would fit everything and a smaller size of a tier that would.
package cidr
