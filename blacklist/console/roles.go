package console

import (
	"net/http"
	"slices"

	"lightshare/web/view/words"
)

// A Role says what a moderator may do. Each may do what those before it may.
type Role string

// The roles.
const (
	Viewer    Role = "viewer"    // looks and exports
	Moderator Role = "moderator" // decides cases, notices and objections
	Lead      Role = "lead"      // changes the list, and confirms what concerns very much at once
)

var roles = []Role{Viewer, Moderator, Lead}

// roleNames are what people call them.
var roleNames = map[Role]string{Viewer: words.Key("viewer"), Moderator: words.Key("moderator"), Lead: words.Key("lead")}

// roleWords say what each may do, beside what those before it may.
var roleWords = map[Role]string{
	Viewer:    words.Key("Looks at everything, checks the chain of the log and exports decisions."),
	Moderator: words.Key("Decides cases of the queue, takes notices and counter-notices in and decides about them and about objections."),
	Lead:      words.Key("Adds, imports and removes entries, takes batches back, confirms what others have asked for, and erases the contact data of parties."),
}

// roleOf returns the role of a moderator; without a word about him he is a lead.
func (s *console) roleOf(name string) Role {
	if r, ok := s.Roles[name]; ok {
		return r
	}
	return Lead
}

// has reports whether a moderator has at least that role.
func (s *console) has(name string, least Role) bool {
	return slices.Index(roles, s.roleOf(name)) >= slices.Index(roles, least)
}

// may lets those through to page who have at least that role.
func (s *console) may(least Role, page func(w http.ResponseWriter, r *http.Request, name string)) http.Handler {
	return s.moderators(func(w http.ResponseWriter, r *http.Request, name string) {
		if !s.has(name, least) {
			said := say(r.Context(), "Your role is %s. This takes the role %s. Nothing was changed.", say(r.Context(), roleNames[s.roleOf(name)]), say(r.Context(), roleNames[least]))
			s.render(w, r, http.StatusForbidden, errorPage(s.page(r, name, say(r.Context(), "Not for your role")), said))
			return
		}
		page(w, r, name)
	})
}

// staffView is who may sign in, with what.
type staffView struct {
	Name string
	Role Role
	You  bool
}

func (s *console) showStaff(w http.ResponseWriter, r *http.Request, name string) {
	var all []staffView
	for one := range s.Moderators {
		all = append(all, staffView{one, s.roleOf(one), one == name})
	}
	slices.SortFunc(all, func(a, b staffView) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	s.render(w, r, http.StatusOK, staffPage(s.page(r, name, say(r.Context(), "Staff")), all))
}
