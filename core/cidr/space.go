package cidr

import "slices"

// space is what is free of a block, in aligned blocks that are as large as can
// be. For every length there is a stack with the lowest address on top.
type space struct {
	stacks [129][]address
}

// newSpace takes free blocks in ascending order.
func newSpace(free []span) *space {
	s := &space{}
	for _, f := range slices.Backward(free) {
		s.stacks[f.length] = append(s.stacks[f.length], f.start)
	}
	return s
}

// take removes the first aligned block of the length, the one with the lowest
// address.
//
// Two facts about it carry the package. Of free space that was one block at
// first, take leaves pieces of different sizes that ascend with their addresses,
// so that it fails only when fewer addresses are left than asked for, in whatever
// order the sizes come. And a block that becomes unavailable without having been
// taken changes no other result.
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
	// What is on the stacks up to length has higher addresses than what was
	// found, so that they stay in order.
	for n := found + 1; n <= length; n++ {
		s.stacks[n] = append(s.stacks[n], start.plus(power(128-n)))
	}
	return span{start, length}, true
}

func (s *space) top(n int) address { return s.stacks[n][len(s.stacks[n])-1] }

// without returns what is left of the block, in ascending order, in aligned
// blocks that are as large as can be. Those taken may overlap each other, and lie
// outside.
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

// appendRange appends the addresses from first to last in as few aligned blocks
// as possible.
func appendRange(out []span, first, last address) []span {
	for {
		n := first.trailingZeros()
		// 2^n addresses from first on must not go beyond last.
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
