package cidr

import (
	"cmp"
	"encoding/binary"
	"math/big"
	"math/bits"
	"net/netip"
)

// address is an address as a number. IPv4 addresses are the lowest 2^32 numbers.
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

// length returns the number of binary digits.
func (a address) length() int {
	if a.high != 0 {
		return 64 + bits.Len64(a.high)
	}
	return bits.Len64(a.low)
}

// power returns 2^n, which is 0 for 128: sums wrap around as they should.
func power(n int) address {
	if n < 64 {
		return address{low: 1 << n}
	}
	return address{high: 1 << (n - 64)}
}

// span is an aligned block: 2^(128-length) addresses from start on. Lengths are
// those of IPv6; an IPv4 prefix counts 96 more than it is written with.
type span struct {
	start  address
	length int
}

// offset returns what is added to a written prefix length of the family.
func offset(a netip.Addr) int { return 128 - a.BitLen() }

// spanOf takes an aligned prefix.
func spanOf(p netip.Prefix) span {
	length := p.Bits() + offset(p.Addr())
	if p.Addr().Is4() {
		b := p.Addr().As4()
		return span{address{low: uint64(binary.BigEndian.Uint32(b[:]))}, length}
	}
	b := p.Addr().As16()
	return span{address{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}, length}
}

// prefix writes the span in the family that the offset stands for.
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

// compareSpans sorts by address, and a block before what lies in it.
func compareSpans(a, b span) int {
	if order := a.start.compare(b.start); order != 0 {
		return order
	}
	return cmp.Compare(a.length, b.length)
}

// count returns how many addresses n blocks of the length have.
func count(n, length int) *big.Int {
	return new(big.Int).Lsh(big.NewInt(int64(n)), uint(128-length))
}

// around returns the block of the shorter length that holds the span.
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
