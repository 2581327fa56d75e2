package cidr

import (
	"cmp"
	"encoding/binary"
	"math/big"
	"math/bits"
	"net/netip"
	"slices"
)

// address is an IP address as a number. IPv4 addresses are the lowest 2^32 numbers.
type address struct{ high, low uint64 }

func (a address) compare(b address) int {
	if a.high != b.high {
		return cmp.Compare(a.high, b.high)
	}
	return cmp.Compare(a.low, b.low)
}

func (a address) plus(b address) address {
	low, carry := bits.Add64(a.low, b.low, 0)
	return address{a.high + b.high + carry, low}
}

func (a address) minus(b address) address {
	low, borrow := bits.Sub64(a.low, b.low, 0)
	return address{a.high - b.high - borrow, low}
}

// trailingZeros returns 128 for zero.
func (a address) trailingZeros() int {
	if a.low != 0 {
		return bits.TrailingZeros64(a.low)
	}
	return 64 + bits.TrailingZeros64(a.high)
}

// length returns the number of bits.
func (a address) length() int {
	if a.high != 0 {
		return 64 + bits.Len64(a.high)
	}
	return bits.Len64(a.low)
}

// power returns 2^n, 0 for 128: sums wrap around.
func power(n int) address {
	if n < 64 {
		return address{low: 1 << n}
	}
	return address{high: 1 << (n - 64)}
}

// span is an aligned block of 2^(128-length) addresses. Lengths are those of IPv6, 96 more than the prefix length of
// IPv4.
type span struct {
	start  address
	length int
}

// offset returns the difference between the lengths of spans and prefixes of the family.
func offset(a netip.Addr) int { return 128 - a.BitLen() }

// spanOf returns the span of an aligned prefix.
func spanOf(p netip.Prefix) span {
	length := p.Bits() + offset(p.Addr())
	if p.Addr().Is4() {
		b := p.Addr().As4()
		return span{address{low: uint64(binary.BigEndian.Uint32(b[:]))}, length}
	}
	b := p.Addr().As16()
	return span{address{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}, length}
}

// prefix returns the prefix of the span in the family of the offset.
func (s span) prefix(offset int) netip.Prefix {
	if offset > 0 {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(s.start.low))
		return netip.PrefixFrom(netip.AddrFrom4(b), s.length-offset)
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], s.start.high)
	binary.BigEndian.PutUint64(b[8:], s.start.low)
	return netip.PrefixFrom(netip.AddrFrom16(b), s.length)
}

// last returns the last address.
func (s span) last() address {
	return s.start.plus(power(128 - s.length)).minus(address{low: 1})
}

func (s span) contains(o span) bool {
	return s.length <= o.length && s.start.compare(o.start) <= 0 && o.start.compare(s.last()) <= 0
}

// compareSpans orders by address, and a block before those within it.
func compareSpans(a, b span) int {
	if order := a.start.compare(b.start); order != 0 {
		return order
	}
	return cmp.Compare(a.length, b.length)
}

// count returns the number of addresses of n blocks.
func count(n, length int) *big.Int {
	return new(big.Int).Lsh(big.NewInt(int64(n)), uint(128-length))
}

// around returns the block of a shorter length that contains the span.
func (s span) around(length int) span {
	shift := 128 - length
	start := s.start
	if shift >= 64 {
		start.low = 0
		start.high = start.high >> (shift - 64) << (shift - 64)
	} else {
		start.low = start.low >> shift << shift
	}
	return span{start, length}
}

// space is the free space of a block as the largest possible aligned blocks. For every length there is a stack with the
// lowest address on top.
type space struct {
	stacks [129][]address
}

// newSpace returns the space of free blocks in ascending order.
func newSpace(free []span) *space {
	s := &space{}
	for _, f := range slices.Backward(free) {
		s.stacks[f.length] = append(s.stacks[f.length], f.start)
	}
	return s
}

// take removes the first aligned block of the length, the one with the lowest address.
//
// The package relies on two properties. If the free space was one block at first, the remaining blocks have different
// sizes in ascending order of addresses, so that take fails only when fewer addresses are left than requested, in any
// order of sizes. And a block that becomes unavailable without having been taken changes no other result.
func (s *space) take(length int) (span, bool) {
	found := -1
	for n := 0; n <= length; n++ {
		if len(s.stacks[n]) > 0 && (found < 0 || s.top(n).compare(s.top(found)) < 0) {
			found = n
		}
	}
	if found < 0 {
		return span{}, false
	}
	start := s.top(found)
	s.stacks[found] = s.stacks[found][:len(s.stacks[found])-1]
	// The blocks on the stacks up to length have higher addresses, so that the stacks stay in order.
	for n := found + 1; n <= length; n++ {
		s.stacks[n] = append(s.stacks[n], start.plus(power(128-n)))
	}
	return span{start, length}, true
}

func (s *space) top(n int) address { return s.stacks[n][len(s.stacks[n])-1] }

// without returns the rest of the block as the largest possible aligned blocks in ascending order. The taken blocks may
// overlap each other and be outside of the block.
func (s span) without(taken []span) []span {
	taken = slices.Clone(taken)
	slices.SortFunc(taken, compareSpans)
	var out []span
	next := s.start
	for _, t := range taken {
		switch {
		case t.contains(s):
			return nil
		case !s.contains(t) || t.last().compare(next) < 0:
			continue
		case t.start.compare(next) > 0:
			out = appendRange(out, next, t.start.minus(address{low: 1}))
		}
		if t.last() == s.last() {
			return out
		}
		next = t.last().plus(address{low: 1})
	}
	return appendRange(out, next, s.last())
}

// appendRange appends the addresses from first to last as the fewest possible aligned blocks.
func appendRange(out []span, first, last address) []span {
	for {
		n := first.trailingZeros()
		// 2^n addresses must not exceed last.
		if size := last.minus(first).plus(address{low: 1}); size != (address{}) {
			n = min(n, size.length()-1)
		}
		s := span{first, 128 - n}
		out = append(out, s)
		if s.last() == last {
			return out
		}
		first = s.last().plus(address{low: 1})
	}
}
