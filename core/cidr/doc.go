// Package cidr divides a block of addresses into subnets: one for every tier in
// every zone. It is for AWS and Azure, IPv4 and IPv6.
//
//	a, err := cidr.Allocate(cidr.Plan{
//		Block: netip.MustParsePrefix("10.0.0.0/16"),
//		Floor: cidr.FloorAWS,
//		Zones: []cidr.Zone{{Name: "eu-west-1a", Slot: 1}, {Name: "eu-west-1b", Slot: 2}},
//		Tiers: []cidr.Tier{
//			{Name: "public", Slot: 1, Size: cidr.Prefix(24)},
//			{Name: "private", Slot: 2, Size: cidr.Hosts(4000)},
//			{Name: "data", Slot: 3, Size: cidr.Share(1, 8)},
//		},
//	})
//
// [Allocate] is a pure function: the same plan gets the same answer, and there is
// no state. Every subnet is aligned, within the block, apart from the others and
// from what is to be avoided, and not smaller than the cloud accepts.
//
// # Slots
//
// What has no memory can keep a subnet in its place only if the plan says what
// the place depends on. These are the slots. A zone has one of the plan's zone
// slots, three by default. A tier has one in the order of placement. They are
// written, never derived from the order of a list or of names, so that a zone
// that sorts first, or a tier in the middle of a map, changes nothing.
//
// Placing goes through the tiers by slot. Each tier takes one block of its size
// for every zone slot, whether there is a zone or not, and every time it is the
// lowest one that is free and aligned. So a subnet's place depends on
//
//   - the plan's Block, ZoneSlots, Avoid and Recorded,
//   - Slot and Size of its own tier and of those with lower slots,
//   - the slot of its zone,
//
// and on nothing else.
//
// # What a change keeps
//
// These changes move no subnet:
//
//   - A zone is added, in a slot that is empty. There is always room for it,
//     because every tier keeps it; tiers with Blocks need a block for it.
//   - A zone is removed: leave it out, or set Retired if blocks are recorded or
//     written for it.
//   - A tier is added, in the next slot, with a Size or with Blocks.
//   - A tier is removed: set Retired and leave it in the plan as it is. Only what
//     is not in front of others may be left out: the tier of the last slot, or any
//     if all subnets with higher slots are recorded. Left out too early, it is an
//     error.
//   - A zone or a tier is renamed, if it is neither recorded nor has Blocks.
//   - Lists are put in another order.
//   - A block to avoid is added where there is no subnet, nor room kept for one.
//   - What [Allocation.Record] returns is written to Recorded.
//
// These move subnets, other than those that are recorded: another Block, another
// number of zone slots, another slot, another Size (of the tier and those behind
// it), and to take a block out of Avoid or a line out of Recorded. They cannot be
// told from the intention to do so, because a plan does not know the one before
// it. With Recorded, it does: what is recorded stays, and a plan that asks for
// something else is refused.
//
// # The record
//
// Recorded is for subnets that exist: those of a former run, as
// [Allocation.Record] returns them, or those of a network that was made by other
// means. They stay where they are and are kept out of everybody's way, also when
// their tier or zone is retired. With everything recorded, tiers may be left out,
// slots given anew and zone slots added; new subnets go where there is room. A
// slot that became empty has to be filled before a subnet is placed behind it; the
// error says which.
//
// A line that is taken out of the record releases its block. A cloud that is to
// delete a subnet and to create another one in its place refuses if it is asked
// for both at once, so release a block in one update and use it in the next. The
// same holds for the slot of a zone.
//
// # Density
//
// Nothing is lost to alignment: the order of sizes does not matter, and subnets
// fit whenever there are enough addresses, unless avoided, recorded or explicit
// blocks have left the free space in pieces. Nor are zones rounded up to a power
// of two. Three zones with /18 subnets in a /16 leave a /18, and that holds three
// /20, and so on: three zone slots fill the block but for less than three of the
// smallest subnets. The subnets of a tier need not be neighbours.
//
// # Explicit blocks
//
// A tier with Blocks says where its subnets are, one for every zone. Placing does
// not go around them, or a tier that is added could push others aside: a block
// where something is placed is an error that names one that is free, from the end
// of the plan's block, which is filled last. Blocks of subnets that exist belong
// into Recorded, which is gone around.
//
// # IPv6
//
// [Plan.IPv6] makes the plan for an IPv6 block of the same network. All subnets
// are /64 there, so that a slot says everything: a tier can be left out, and its
// /64 blocks stay its own.
//
// # Errors
//
// A plan is checked as a whole, and the error holds everything that is wrong. Each
// problem says where it is and what to write instead:
//
//	for problem := range failure.All(err) {
//		var mistake *cidr.PlanError
//		if errors.As(problem, &mistake) {
//			report.Add(mistake.Path, "%s", mistake.Message)
//		}
//	}
//
// Blocks with host bits are refused, not rounded. When the block is too small, a
// [*SpaceError] says how many addresses are missing, which block would hold
// everything and which size of a tier would fit.
package cidr
