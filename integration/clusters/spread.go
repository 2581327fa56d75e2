package clusters

// Fewest returns the first of the places with the fewest nodes. nodes has the place of each node.
func Fewest(places, nodes []string) string {
	best := places[0]
	for _, place := range places {
		if countIn(nodes, place) < countIn(nodes, best) {
			best = place
		}
	}
	return best
}

// Most returns the first of the places with the most nodes.
func Most(places, nodes []string) string {
	best := places[0]
	for _, place := range places {
		if countIn(nodes, place) > countIn(nodes, best) {
			best = place
		}
	}
	return best
}

func countIn(nodes []string, place string) int {
	n := 0
	for _, other := range nodes {
		if other == place {
			n++
		}
	}
	return n
}
