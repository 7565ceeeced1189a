package blacklist

// A crowd is items beside their prints, which lie together so that all are looked at quickly.
type crowd struct {
	items  []*item
	prints []print
}

// take adds an item that is not in the crowd.
func (c *crowd) take(it *item) {
	it.at = len(c.items)
	c.items = append(c.items, it)
	c.prints = append(c.prints, *it.print)
	it.print = nil
}

// drop removes an item that is in the crowd, if there is one; the last takes its place.
func (c *crowd) drop(it *item) {
	if it == nil {
		return
	}
	last := len(c.items) - 1
	c.items[it.at], c.prints[it.at] = c.items[last], c.prints[last]
	c.items[it.at].at = it.at
	c.items[last] = nil
	c.items, c.prints = c.items[:last], c.prints[:last]
}

// find returns the items in whose prints a work may stand.
func (c *crowd) find(work *sketches) []*item {
	var found []*item
	for i := range c.prints {
		if work.mayStandIn(&c.prints[i]) {
			found = append(found, c.items[i])
		}
	}
	return found
}
