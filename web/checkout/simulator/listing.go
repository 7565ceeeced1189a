package simulator

// places says where the last object of a page was found, so that the next page begins there.
type places map[string]int

const mostPlaces = 10_000

// newestFirst answers a list as Stripe does: the newest of all first, those that are wanted, limit of them after the one
// named by starting_after. all is oldest first and in the order of created, of which nothing before since is looked at.
func newestFirst[T any](p places, at string, c call, all []*T, since int64, created func(*T) int64, id func(*T) string, wanted func(*T) bool, show func(*T) any) (any, *apiError) {
	limit, e := c.int("limit", 10)
	if e != nil || limit < 1 || limit > 100 {
		return nil, invalid("limit", "parameter_invalid_integer", "Limit must be between 1 and 100")
	}
	end := len(all)
	if after := c.get("starting_after"); after != "" {
		if known, ok := p[after]; ok && known < end && id(all[known]) == after {
			end = known + 1
		}
		for end--; end >= 0 && id(all[end]) != after; {
			end--
		}
		if end < 0 {
			return nil, missing("object", after)
		}
	}
	last := 0
	l := list{Object: "list", Data: []any{}, URL: at}
	for end--; end >= 0 && created(all[end]) >= since; end-- {
		if !wanted(all[end]) {
			continue
		}
		if int64(len(l.Data)) == limit {
			l.HasMore = true
			break
		}
		l.Data = append(l.Data, show(all[end]))
		last = end
	}
	if len(p) > mostPlaces {
		clear(p)
	}
	if l.HasMore {
		p[id(all[last])] = last
	}
	return l, nil
}
